using System.Text.Json;
using Microsoft.ML.OnnxRuntime;

namespace Limner.Inference.Folders;

/// <summary>Reads the files of a model folder and collects what is wrong with them instead of stopping at the first.</summary>
internal sealed class FolderReader(string root)
{
    private readonly List<string> _problems = [];

    public string Root => root;

    public void Report(string file, string problem) => _problems.Add($"{file} {problem}.");

    public void ThrowIfAny()
    {
        if (_problems.Count > 0)
        {
            throw new ModelFolderException(root, [.. _problems]);
        }
    }

    public string PathOf(string file) => Path.Combine(root, file);

    public bool Has(string file) => File.Exists(PathOf(file));

    public bool HasFolder(string component) => Directory.Exists(PathOf(component));

    /// <summary>Reads a file that must be there; null after reporting why it cannot be used.</summary>
    public T? Read<T>(string file, string expected, Func<string, T> read)
        where T : class
    {
        if (!Has(file))
        {
            Report(file, $"is missing; expected {expected}");
            return null;
        }

        return Try(file, () => read(PathOf(file)));
    }

    /// <summary>Runs a reader; its complaint about the content becomes one about <paramref name="file"/>.</summary>
    public T? Try<T>(string file, Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (JsonException e)
        {
            Report(file, $"is not valid JSON (line {e.LineNumber + 1}); expected the JSON that diffusers writes");
        }
        catch (OnnxRuntimeException e)
        {
            Report(file, $"cannot be loaded; expected an ONNX model that ONNX Runtime reads ({FirstLine(e.Message)})");
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            // Readers name the file by its path; a reader of several files names the one that is wrong.
            string message = e.Message.TrimEnd('.').Replace(root + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
            if (message.StartsWith(file, StringComparison.Ordinal))
            {
                _problems.Add($"{message}.");
            }
            else
            {
                Report(file, message);
            }
        }

        return null;
    }

    /// <summary>Reads a JSON object that must be there.</summary>
    public JsonElement? ReadJson(string file, string expected)
    {
        JsonDocument? document = Read(file, expected, path => JsonDocument.Parse(File.ReadAllBytes(path)));
        if (document is null)
        {
            return null;
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            return document.RootElement;
        }

        Report(file, $"holds a JSON {document.RootElement.ValueKind}; expected an object, {expected}");
        return null;
    }

    /// <summary>Opens an ONNX file that must be there.</summary>
    public OnnxGraph? Open(string file, string expected, Execution execution) => Read(file, expected, path =>
    {
        using SessionOptions options = execution.CreateSessionOptions();
        return new OnnxGraph(file, new InferenceSession(path, options));
    });

    private string FirstLine(string message) =>
        message.Split('\n', 2)[0].Trim().TrimEnd('.').Replace(root + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
}
