using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Limner.Diffusion.Unclip;

namespace Limner.Inference.Folders;

/// <summary><c>limner.json</c>: a model's name, defaults and the digests of its files. A public checkpoint has none.</summary>
internal sealed record Manifest
{
    public const string File = "limner.json";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
    };

    public string Name { get; init; } = "";

    public string Version { get; init; } = "";

    public string License { get; init; } = "";

    public UnclipDefaults Defaults { get; init; } = new();

    public IReadOnlyDictionary<string, FileDigest?> Files { get; init; } = new Dictionary<string, FileDigest?>();

    /// <summary>Reads it and compares every file it lists.</summary>
    public static Manifest Read(FolderReader folder)
    {
        if (!folder.Has(File))
        {
            return new();
        }

        Manifest? manifest = folder.Read(File, "the model's manifest", path => JsonSerializer.Deserialize<Manifest>(System.IO.File.ReadAllBytes(path), Json)
            ?? throw new InvalidDataException("holds null; expected an object"));
        foreach ((string file, FileDigest? digest) in manifest?.Files ?? new Dictionary<string, FileDigest?>())
        {
            Compare(folder, file, digest);
        }

        return manifest ?? new();
    }

    private static void Compare(FolderReader folder, string file, FileDigest? expected)
    {
        if (expected is null)
        {
            folder.Report(File, $"lists {file} with null; expected its sha256 and bytes");
            return;
        }

        string path = Path.GetFullPath(folder.PathOf(file));
        if (!path.StartsWith(Path.GetFullPath(folder.Root) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            folder.Report(File, $"lists {file}, which lies outside the folder; expected files inside it");
            return;
        }

        if (!folder.Has(file))
        {
            folder.Report(file, $"is missing; {File} lists it with {expected.Bytes} bytes");
            return;
        }

        if (folder.Try(file, () => Difference(path, expected)) is { Length: > 0 } difference)
        {
            folder.Report(file, difference);
        }
    }

    private static string Difference(string path, FileDigest expected)
    {
        using FileStream stream = System.IO.File.OpenRead(path);
        if (stream.Length != expected.Bytes)
        {
            return $"has {stream.Length} bytes; {File} expects {expected.Bytes}";
        }

        string actual = Convert.ToHexStringLower(SHA256.HashData(stream));
        return string.Equals(actual, expected.Sha256, StringComparison.OrdinalIgnoreCase) ? "" : $"has SHA-256 {actual}; {File} expects {expected.Sha256}";
    }
}

/// <summary>What a file must be.</summary>
internal sealed record FileDigest([property: JsonRequired] string Sha256, [property: JsonRequired] long Bytes);
