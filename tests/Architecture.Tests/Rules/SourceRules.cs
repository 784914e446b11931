using System.Text.RegularExpressions;
using Limner.Architecture.Tests.Tree;

namespace Limner.Architecture.Tests.Rules;

internal static partial class SourceRules
{
    public static IEnumerable<Rule> All =>
    [
        new("Time and chance are inputs: no wall clock, no sleep, no shared random numbers",
            tree => tree.Files.Where(file => file.IsCode && !file.IsUnder("tests/Architecture.Tests")).SelectMany(file => Lines(file, WallClock())),
            SourceTree.Of(("libs/Imaging/A.cs", "var now = DateTime.UtcNow;")),
            SourceTree.Of(("tests/Imaging.Tests/A.cs", "Thread.Sleep(10);")),
            SourceTree.Of(("tests/Imaging.Tests/A.cs", "await Task.Delay(10);")),
            SourceTree.Of(("libs/Imaging/A.cs", "Random.Shared.Next();")),
            SourceTree.Of(("libs/Imaging/A.cs", "var random = new Random();"))),

        // The analyzer knows aliases and usings that the pattern above does not; this rule holds that it stays switched on.
        new("Banned symbols are wired into every project",
            tree => tree.Files.FirstOrDefault(file => file.Path == "Directory.Build.targets") is { } targets
                && targets.Text.Contains("BannedApiAnalyzers", StringComparison.Ordinal) && targets.Text.Contains("eng/BannedSymbols.txt", StringComparison.Ordinal)
                && tree.Files.FirstOrDefault(file => file.Path == "eng/BannedSymbols.txt") is { } list
                && new[] { "DateTime.Now;", "DateTime.UtcNow;", "Thread.Sleep(", "Random.Shared;", "Environment.Exit(" }.All(symbol => list.Text.Contains(symbol, StringComparison.Ordinal))
                ? [] : ["Directory.Build.targets or eng/BannedSymbols.txt lost an entry"],
            SourceTree.Of(("Directory.Build.targets", "<Project />"), ("eng/BannedSymbols.txt", ""))),

        new("Nothing names a path of one machine",
            tree => tree.Files.Where(file => file.Name != "LICENSE").SelectMany(file => Lines(file, file.IsProduct ? ProductPaths() : MachinePaths())),
            SourceTree.Of(("docs/a.md", "see " + "/" + "work/x")), SourceTree.Of(("libs/Imaging/A.cs", "\"" + "/" + "tmp/x\"")), SourceTree.Of(("training/a.py", "'" + "/" + "root/x'"))),

        new("Python meets .NET only through model folders and test fixtures",
            tree => tree.Files.Where(file => file.IsProduct && file.Name.EndsWith(".py", StringComparison.Ordinal)).Select(file => file.Path)
                .Concat(tree.Product.SelectMany(file => Lines(file, Python()))),
            SourceTree.Of(("libs/Inference/export.py", "")), SourceTree.Of(("libs/Inference/A.cs", "Process.Start(\"python3\");"))),

        new("Every public member of a library is documented: libs/ builds with documentation on",
            tree => tree.Projects.Where(file => file.IsUnder("libs")).Any() && !tree.Files.Any(file => file.Path == "libs/Directory.Build.props"
                && file.Text.Contains("<GenerateDocumentationFile>true</GenerateDocumentationFile>", StringComparison.Ordinal)) ? ["libs/Directory.Build.props does not switch documentation on"] : [],
            SourceTree.Of(("libs/Imaging/Imaging.csproj", "<Project />")))
    ];

    private static IEnumerable<string> Lines(SourceFile file, Regex pattern) =>
        file.Lines.Select((line, i) => (line, i)).Where(numbered => pattern.IsMatch(numbered.line)).Select(numbered => $"{file.Path}:{numbered.i + 1}: {numbered.line.Trim()}");

    [GeneratedRegex(@"DateTime(Offset)?\.(Now|UtcNow|Today)|Thread\.Sleep|Random\.Shared|new Random\(\)|Task\.Delay\([^,]*(, *[a-z]*[tT]oken[^,]*)?\)|Stopwatch\.")]
    private static partial Regex WallClock();

    [GeneratedRegex(@"(?<![\w.])/(work|root|home/\w+)/")]
    private static partial Regex MachinePaths();

    [GeneratedRegex(@"(?<![\w.])/(work|root|home|tmp|var/tmp)/")]
    private static partial Regex ProductPaths();

    [GeneratedRegex("\"(/usr/bin/)?python[0-9.]*\"")]
    private static partial Regex Python();
}
