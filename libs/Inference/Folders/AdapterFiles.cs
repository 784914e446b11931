using System.Text.RegularExpressions;
using Limner.Inference.Networks;

namespace Limner.Inference.Folders;

/// <summary>LoRA adapters, <c>adapters/NAME/COMPONENT.onnx_adapter</c>, in ONNX Runtime's format.</summary>
internal sealed partial class AdapterFiles
{
    private const string Root = "adapters";
    private const string Suffix = ".onnx_adapter";

    // A flatbuffer's file identifier stands behind the offset of its root.
    private const int IdentifierPlace = 4;

    private static readonly string[] Components = ["text_encoder", "prior", "decoder"];

    private readonly FolderReader _folder;
    private readonly Dictionary<string, Dictionary<string, string>> _files = Components.ToDictionary(component => component, _ => new Dictionary<string, string>());

    public AdapterFiles(FolderReader folder)
    {
        _folder = folder;
        if (!folder.HasFolder(Root))
        {
            return;
        }

        IOrderedEnumerable<string> adapters = Directory.GetDirectories(folder.PathOf(Root)).Order(StringComparer.Ordinal);
        Names = [.. adapters.Select(adapter => Path.GetFileName(adapter))];
        foreach (string name in Names)
        {
            Read(name);
        }
    }

    public IReadOnlyList<string> Names { get; } = [];

    /// <summary>Those that change a component, for the network that runs it.</summary>
    public LoadedAdapters Of(string component) => new(_files[component]);

    /// <summary>Requires that a component with adapters has inputs for them.</summary>
    public void Check(string component, OnnxGraph? graph)
    {
        if (graph is not null && _files[component].Count > 0 && graph.Session.OverridableInitializerMetadata.Count == 0)
        {
            _folder.Report(graph.File, $"has no room for adapters, and there is {Root}/{_files[component].Keys.First()}/{component}{Suffix}; expected inputs with a default");
        }
    }

    private void Read(string name)
    {
        if (!NamePattern().IsMatch(name))
        {
            _folder.Report($"{Root}/{name}", "is no name for an adapter; expected up to 64 letters, digits, dots, dashes and underscores");
        }

        string[] files = Directory.GetFiles(_folder.PathOf($"{Root}/{name}"));
        if (files.Length == 0)
        {
            _folder.Report($"{Root}/{name}", $"is empty; expected one of {string.Join(", ", Components.Select(component => component + Suffix))}");
        }

        foreach (string? path in files.Order(StringComparer.Ordinal))
        {
            (string file, string component) = ($"{Root}/{name}/{Path.GetFileName(path)}", Path.GetFileNameWithoutExtension(path));
            if (!path.EndsWith(Suffix, StringComparison.Ordinal) || !_files.TryGetValue(component, out Dictionary<string, string>? adapters))
            {
                _folder.Report(file, $"changes no component; expected one of {string.Join(", ", Components.Select(known => known + Suffix))}");
            }
            else if (_folder.Try(file, () => Identifier(path)) is "TORT")
            {
                adapters[name] = path;
            }
            else
            {
                _folder.Report(file, "is not in ONNX Runtime's adapter format");
            }
        }
    }

    private static string Identifier(string path)
    {
        using FileStream stream = File.OpenRead(path);
        Span<byte> header = stackalloc byte[IdentifierPlace + 4];
        return stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length
            ? ""
            : System.Text.Encoding.ASCII.GetString(header[IdentifierPlace..]);
    }

    [GeneratedRegex("^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$")]
    private static partial Regex NamePattern();
}
