namespace Limner.EndToEnd.Tests;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("limner-test-").FullName;

    public string At(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Every file below, hidden ones too, relative and in order.</summary>
    public string[] Files(string folder = "") =>
        Directory.Exists(At(folder))
            ? [.. Directory.EnumerateFiles(At(folder), "*", SearchOption.AllDirectories).Select(file => System.IO.Path.GetRelativePath(At(folder), file)).Order(StringComparer.Ordinal)]
            : [];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
