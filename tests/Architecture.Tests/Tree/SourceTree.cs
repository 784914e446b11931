namespace Limner.Architecture.Tests.Tree;

/// <summary>The repository's text files; rules also run on small invented trees, to show that they can fail.</summary>
internal sealed record SourceTree(IReadOnlyList<SourceFile> Files)
{
    private static readonly string[] SkippedFolders = ["bin", "obj", ".git", ".build", ".vs", ".vscode", ".idea", "node_modules", "__pycache__", "runs", "out", "TestResults"];

    private static readonly string[] TextEndings = [".cs", ".csproj", ".props", ".targets", ".slnx", ".md", ".sh", ".py", ".txt", ".config", "Dockerfile", ".yml", ".yaml", "limner", "run"];

    public static string Root { get; } = FindRoot();

    public static SourceTree Repository { get; } = new([.. Read(new DirectoryInfo(Root), "")]);

    public IEnumerable<SourceFile> Product => Files.Where(file => file.IsProduct && file.IsCode);

    public IEnumerable<SourceFile> Projects => Files.Where(file => file.IsProject);

    /// <summary>An invented tree of (path, text) pairs.</summary>
    public static SourceTree Of(params (string Path, string Text)[] files) => new([.. files.Select(file => new SourceFile(file.Path, file.Text))]);

    private static IEnumerable<SourceFile> Read(DirectoryInfo folder, string prefix)
    {
        foreach (FileInfo file in folder.EnumerateFiles().OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            if (TextEndings.Any(ending => file.Name.EndsWith(ending, StringComparison.Ordinal)))
            {
                yield return new SourceFile(prefix + file.Name, File.ReadAllText(file.FullName));
            }
        }

        foreach (DirectoryInfo inner in folder.EnumerateDirectories().OrderBy(inner => inner.Name, StringComparer.Ordinal))
        {
            if (inner.LinkTarget is null && !SkippedFolders.Contains(inner.Name))
            {
                foreach (SourceFile file in Read(inner, $"{prefix}{inner.Name}/"))
                {
                    yield return file;
                }
            }
        }
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Limner.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Limner.slnx.");
    }
}
