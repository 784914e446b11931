using Limner.Moderation.Policy;

namespace Limner.Moderation.Tests.Policy;

public sealed class PolicyFileTests
{
    private const string Good = "version: 1\ncategory: sexual\nterms: naked";

    [Theory]
    [InlineData("terms naked", "policy.txt:4: 'terms naked' has no colon; expected version, set, category, terms, allow or all of, a colon and a value.")]
    [InlineData("words: naked", "policy.txt:4: 'words' is not known; expected version, set, category, terms, allow or all of.")]
    [InlineData("terms:", "policy.txt:4: 'terms:' has nothing after the colon.")]
    [InlineData("terms: na*ked", "policy.txt:4: 'na*ked' has a * inside; expected it at the start or the end of a term.")]
    [InlineData("terms: n", "policy.txt:4: 'n' is no term; expected at least two letters.")]
    [InlineData("terms: {a|b", "policy.txt:4: '{a|b' has a brace without its other half, or one inside another; expected {a|b}.")]
    [InlineData("terms: a}b", "policy.txt:4: 'a}b' has a brace without its other half, or one inside another; expected {a|b}.")]
    [InlineData("terms: {a|{b|c}}", "policy.txt:4: '{a|{b|c}}' has a brace without its other half, or one inside another; expected {a|b}.")]
    [InlineData("category: sexual\nterms: aa", "policy.txt:4: 'sexual' is there twice.")]
    [InlineData("category: Self-harm\nterms: aa", "policy.txt:4: 'Self-harm' is no name; expected small letters and underscores.")]
    [InlineData("version: 2", "policy.txt:4: the version is given twice.")]
    [InlineData("set: child", "policy.txt:4: 'child' has no terms.")]
    [InlineData("all of: sexual, child", "policy.txt:4: 'child' is neither a set nor a category of this file.")]
    [InlineData("all of: sexual", "policy.txt:4: 'all of' needs at least two names.")]
    [InlineData("set: child\nterms: child\nall of: child, sexual", "policy.txt:6: 'all of' stands in the set child; expected it in a category.")]
    public void A_line_that_cannot_be_understood(string line, string expected) => Assert.Equal([expected], Problems(Good + "\n" + line));

    [Fact]
    public void Too_many_alternatives_are_counted_before_they_are_made()
    {
        string term = string.Concat(Enumerable.Repeat("{a|b|c|d|e|f|g|h|i|j}", 30));
        Assert.Contains("expected at most 500", Assert.Single(Problems($"{Good}, {term}")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "policy.txt:1: no version is given; expected 'version: …'.", "policy.txt:1: there is no category; a policy that refuses nothing is no policy.")]
    [InlineData("terms: naked\nversion: 1\ncategory: a\nterms: naked", "policy.txt:1: 'terms' stands before the first set or category.")]
    public void A_file_that_is_no_policy(string text, params string[] expected) => Assert.Equal(expected, Problems(text));

    [Fact]
    public void All_problems_are_listed_at_once() => Assert.Equal(3, Problems(Good + "\nterms: n\nwords: a\nterms: {").Count);

    [Fact]
    public void A_file_that_is_not_there() =>
        Assert.Contains("nowhere.txt; Moderation:PolicyFile names one", Assert.Throws<PolicyException>(() => PolicyFile.Read("nowhere.txt")).Message, StringComparison.Ordinal);

    [Fact]
    public void Comments_and_empty_lines_are_nothing() => Assert.Equal("1", PolicyFile.Parse("policy.txt", ("# a\n\n" + Good).Split('\n')).Version);

    private static IReadOnlyList<string> Problems(string text) => Assert.Throws<PolicyException>(() => PolicyFile.Parse("policy.txt", text.Split('\n'))).Problems;
}
