using Limner.Architecture.Tests.Rules;
using Limner.Architecture.Tests.Tree;

namespace Limner.Architecture.Tests;

public sealed class ArchitectureTests
{
    private static readonly Rule[] Rules = [.. DependencyRules.All, .. NamingRules.All, .. TypeRules.All, .. SizeRules.All, .. SourceRules.All, .. DocumentRules.All];

    public static TheoryData<string> RuleNames => [.. Rules.Select(rule => rule.Name)];

    [Theory]
    [MemberData(nameof(RuleNames))]
    public void The_repository_keeps(string rule)
    {
        string[] violations = [.. Named(rule).Violations(SourceTree.Repository)];
        Assert.True(violations.Length == 0, $"{rule}, but:\n{string.Join('\n', violations)}");
    }

    [Theory]
    [MemberData(nameof(RuleNames))]
    public void It_is_noticed_when_broken(string rule)
    {
        Assert.NotEmpty(Named(rule).Broken);
        Assert.All(Named(rule).Broken, tree => Assert.True(Named(rule).Violations(tree).Any(), $"not noticed in {string.Join(", ", tree.Files.Select(file => file.Path))}"));
    }

    [Fact]
    public void The_tree_was_really_read()
    {
        Assert.Contains("libs/Imaging/RgbImage.cs", SourceTree.Repository.Product.Select(file => file.Path));
        Assert.Contains("README.md", SourceTree.Repository.Files.Select(file => file.Path));
        Assert.Single(SourceTree.Repository.Product.SelectMany(TypeDeclaration.In), type => type is { Name: "RgbImage", Kind: "class", IsSealed: true });
    }

    private static Rule Named(string name) => Rules.Single(rule => rule.Name == name);
}
