using Limner.Architecture.Tests.Tree;

namespace Limner.Architecture.Tests.Rules;

internal static class SizeRules
{
    /// <summary>How a file that has to be longer says why, in a comment.</summary>
    private const string Reason = "Longer than 300 lines because";

    public static IEnumerable<Rule> All =>
    [
        new("Half of the product files have at most 60 lines", tree => AtMost(tree, 0.5, 60), Tree(61, 61, 20)),
        new("Nine in ten product files have at most 160 lines", tree => AtMost(tree, 0.9, 160), Tree(1, 1, 1, 1, 1, 1, 1, 1, 161, 161)),
        new("No product file has more than 300 lines without a written reason",
            tree => tree.Product.Where(file => file.Lines.Count > 300 && !file.Text.Contains(Reason, StringComparison.Ordinal)).Select(file => $"{file.Path}: {file.Lines.Count} lines"),
            Tree(301)),
        new("Program.cs is a table of contents: at most 40 lines",
            tree => tree.Product.Where(file => file.Name == "Program.cs" && file.Lines.Count > 40).Select(file => $"{file.Path}: {file.Lines.Count} lines"),
            SourceTree.Of(("hosts/Standalone/Program.cs", string.Concat(Enumerable.Repeat("//\n", 41)))))
    ];

    private static IEnumerable<string> AtMost(SourceTree tree, double share, int limit)
    {
        SourceFile[] files = [.. tree.Product.OrderBy(file => file.Lines.Count)];
        int last = (int)Math.Ceiling(files.Length * share) - 1;
        return files.Length > 0 && files[last].Lines.Count > limit
            ? [$"{share:P0} of {files.Length} files reach {files[last].Lines.Count} lines, not {limit}; the next to look at: {string.Join(", ", files[last..].Select(file => $"{file.Path} ({file.Lines.Count})").Take(5))}"]
            : [];
    }

    private static SourceTree Tree(params int[] lines) =>
        SourceTree.Of([.. lines.Select((count, i) => ($"libs/Imaging/A{i}.cs", string.Concat(Enumerable.Repeat("//\n", count))))]);
}
