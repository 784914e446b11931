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

        new("Every architecture decision is listed in docs/architecture.md",
            tree => tree.Files.Where(file => file.IsUnder("docs/adr")).Select(file => file.Name)
                .Where(name => tree.Files.All(file => file.Path != "docs/architecture.md" || !file.Text.Contains($"](adr/{name})", StringComparison.Ordinal))),
            SourceTree.Of(("docs/adr/0001-x.md", "")),
            SourceTree.Of(("docs/adr/0001-x.md", ""), ("docs/adr/0002-y.md", ""), ("docs/architecture.md", "[1](adr/0001-x.md)"))),

        new("Every package version is used by a project",
            tree => tree.Files.Where(file => file.Name == "Directory.Packages.props").SelectMany(file => PackageVersion().Matches(file.Text)).Select(match => match.Groups[1].Value)
                .Where(package => !tree.Files.Any(file => (file.IsProject || file.Name is "Directory.Build.props" or "Directory.Build.targets") && Regex.IsMatch(file.Text, $"[\">]{Regex.Escape(package)}[\"<]"))),
            SourceTree.Of(("Directory.Packages.props", "<PackageVersion Include=\"SkiaSharp\" Version=\"1.0.0\" />"), ("libs/Imaging/Imaging.csproj", "<PackageReference Include=\"SkiaSharp.NativeAssets\" />"))),

        new("The README names every thing and colour of the drawn world",
            tree => tree.Files.Where(file => file.Path == "training/world.py").SelectMany(file => WorldName().Matches(file.Text)).Select(match => match.Groups[1].Value)
                .Where(name => !tree.Files.Any(file => file.Path == "README.md" && Regex.IsMatch(file.Text, $"\\| (things|colours) \\|.*\\b{name}\\b"))),
            SourceTree.Of(("training/world.py", "COLOURS = {\n    \"red\": (220, 38, 38), \"blue\": (37, 90, 235),\n"), ("README.md", "a blue house\n| colours | red |\n")),
            SourceTree.Of(("training/world.py", "    \"sword\": [(\"sword\", \"swords\")],\n"), ("README.md", "| things | star |\n"))),

        new("The README opens with the command that draws and the command that tests",
            tree => tree.Files.FirstOrDefault(file => file.Path == "README.md") is { } readme
                && string.Join('\n', readme.Lines.Take(14)) is var opening && opening.Contains("./limner generate ", StringComparison.Ordinal)
                && opening.Contains("./test.sh", StringComparison.Ordinal) && opening.Contains("](docs/images/", StringComparison.Ordinal) ? [] : ["README.md: both commands and a picture are not in its first 14 lines"],
            SourceTree.Of(("README.md", "# Limner\n")))
    ];

    [GeneratedRegex("^[0-9]{4}-[a-z0-9-]+\\.md$")]
    private static partial Regex AdrName();

    [GeneratedRegex("\"([a-z]+)\": (?:\\[\\(\"|\\([0-9]+, [0-9]+, [0-9]+\\))")]
    private static partial Regex WorldName();

    [GeneratedRegex("<PackageVersion Include=\"([^\"]+)\"")]
    private static partial Regex PackageVersion();
}
