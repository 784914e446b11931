namespace Limner.Architecture.Tests.Tree;

/// <summary>One text file; its path is relative to the repository and uses '/'.</summary>
internal sealed record SourceFile(string Path, string Text)
{
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    public IReadOnlyList<string> Folders => Path.Split('/')[..^1];

    public IReadOnlyList<string> Lines { get; } = Text.TrimEnd('\n').Split('\n');

    public bool IsCode => Path.EndsWith(".cs", StringComparison.Ordinal);

    public bool IsProject => Path.EndsWith(".csproj", StringComparison.Ordinal);

    public bool IsProduct => Path.StartsWith("libs/", StringComparison.Ordinal)
        || Path.StartsWith("services/", StringComparison.Ordinal)
        || Path.StartsWith("hosts/", StringComparison.Ordinal);

    public bool IsUnder(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);

    /// <summary>The lines of code with their numbers, without those that are only a comment.</summary>
    public IEnumerable<(int Number, string Line)> CodeLines() =>
        Lines.Select((line, i) => (i + 1, line.Trim())).Where(numbered => !numbered.Item2.StartsWith("//", StringComparison.Ordinal));
}
