using System.Text.RegularExpressions;
using Limner.Architecture.Tests.Tree;

namespace Limner.Architecture.Tests.Rules;

internal static partial class DocumentRules
{
    public static IEnumerable<Rule> All =>
    [
        new("Every project is in the solution, and every library, service and host has tests",
            tree =>
            {
                string solution = tree.Files.FirstOrDefault(file => file.Path == "Limner.slnx")?.Text ?? "";
                return tree.Projects.Where(file => !solution.Contains($"\"{file.Path}\"", StringComparison.Ordinal)).Select(file => $"{file.Path} is not in Limner.slnx")
                    .Concat(tree.Projects.Where(file => file.IsProduct && !file.Name.EndsWith(".Host.csproj", StringComparison.Ordinal))
                        .Select(file => file.Name[..^".csproj".Length]).Where(name => tree.Projects.All(file => file.Name != $"{name}.Tests.csproj")).Select(name => $"{name} has no tests/{name}.Tests"));
            },
            SourceTree.Of(("Limner.slnx", ""), ("libs/Imaging/Imaging.csproj", "<Project />"), ("tests/Imaging.Tests/Imaging.Tests.csproj", "<Project />")),
            SourceTree.Of(("Limner.slnx", "\"libs/Imaging/Imaging.csproj\""), ("libs/Imaging/Imaging.csproj", "<Project />"))),

        new("An architecture decision is called NNNN-title.md, numbered without gaps, and fits a page",
            tree => tree.Files.Where(file => file.IsUnder("docs/adr")).OrderBy(file => file.Name, StringComparer.Ordinal)
                .Where((file, i) => !AdrName().IsMatch(file.Name) || file.Name[..4] != $"{i + 1:0000}" || file.Lines.Count > 60).Select(file => $"{file.Path}: {file.Lines.Count} lines"),
            SourceTree.Of(("docs/adr/2-x.md", "")), SourceTree.Of(("docs/adr/0002-x.md", "")), SourceTree.Of(("docs/adr/0001-x.md", string.Concat(Enumerable.Repeat("x\n", 61))))),

        new("The README opens with the command that draws and the command that tests",
            tree => tree.Files.FirstOrDefault(file => file.Path == "README.md") is { } readme
                && string.Join('\n', readme.Lines.Take(14)) is var opening && opening.Contains("./limner generate ", StringComparison.Ordinal)
                && opening.Contains("./test.sh", StringComparison.Ordinal) && opening.Contains("](docs/images/", StringComparison.Ordinal) ? [] : ["README.md: both commands and a picture are not in its first 14 lines"],
            SourceTree.Of(("README.md", "# Limner\n")))
    ];

    [GeneratedRegex("^[0-9]{4}-[a-z0-9-]+\\.md$")]
    private static partial Regex AdrName();
}
