using System.Text.RegularExpressions;
using Limner.Architecture.Tests.Tree;

namespace Limner.Architecture.Tests;

public sealed partial class LinkTests
{
    public static TheoryData<string> Documents => [.. SourceTree.Repository.Files.Where(file => file.Path.EndsWith(".md", StringComparison.Ordinal)).Select(file => file.Path)];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Relative_links_lead_somewhere(string document)
    {
        string path = Path.Combine(SourceTree.Root, document);
        Assert.Empty(Broken(File.ReadAllText(path), Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void A_link_to_nothing_is_noticed()
    {
        Assert.Equal(["docs/none.md", "none.png"], Broken("[a](docs/none.md#part) ![b](none.png) [c](README.md) [d](https://example.org/x) [e](#here)", SourceTree.Root));
    }

    private static string[] Broken(string text, string folder) =>
        [.. Link().Matches(text).Select(match => match.Groups[1].Value.Split('#')[0])
            .Where(target => target.Length > 0 && !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal))
            .Where(target => !Path.Exists(Path.Combine(folder, target)))];

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
