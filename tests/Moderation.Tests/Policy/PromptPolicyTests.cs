using Limner.Moderation.Folding;
using Limner.Moderation.Policy;

namespace Limner.Moderation.Tests.Policy;

public sealed class PromptPolicyTests
{
    private static readonly PromptPolicy Policy = Parse("""
        version: t1
        set: child
        terms: child, {1|2}{ year|-year} old
        category: minors
        all of: child, sexual
        category: sexual
        terms: naked, sex, *fuck*, porn*, mole hill, f4, kkk
        allow: naked mole rat
        """);

    [Theory]
    [InlineData("naked")]
    [InlineData("the naked truth")]
    [InlineData("naked, by the sea")]
    [InlineData("NAKED")]
    [InlineData("nakeds")]
    [InlineData("n4k3d")]
    [InlineData("n a k e d")]
    [InlineData("n.a.k.e.d")]
    [InlineData("na.ked")]
    [InlineData("n  a  k  e  d")]
    [InlineData("n*ked")]
    [InlineData("naaakeed")]
    [InlineData("nàkéd")]
    [InlineData("nakedd")]
    [InlineData("s.e.x")]
    [InlineData("$ex")]
    [InlineData("a s e x y z")]
    [InlineData("motherfucker")]
    [InlineData("pornography")]
    [InlineData("mole hill")]
    [InlineData("mole-hill")]
    [InlineData("molehill")]
    [InlineData("m o l e  h i l l")]
    [InlineData("kkk")]
    [InlineData("k k k")]
    // The tokenizer draws what a character reference stands for, and of that again.
    [InlineData("n&#97;ked")]
    [InlineData("&#x6E;&#x61;&#x6B;&#x65;&#x64;")]
    [InlineData("n&#97ked")]
    [InlineData("na&shy;ked")]
    [InlineData("n&aacute;ked")]
    [InlineData("nak&#1;ed")]
    [InlineData("n&amp;#97;ked")]
    [InlineData("a naked&nbsp;man")]
    // And cuts where something stands that nobody sees.
    [InlineData("a\u200Bnaked\u200Bman")]
    [InlineData("a\u00ADnaked\u2060man")]
    [InlineData("a&shy;naked\u0001man")]
    [InlineData("a\u0335naked\u0335man")]
    public void A_term_is_found(string text) => Assert.Equal("sexual", Policy.Judge(text));

    [Theory]
    [InlineData("snaked")]
    [InlineData("nakedness")]
    [InlineData("na ked")]
    [InlineData("sussex")]
    [InlineData("Essex")]
    [InlineData("sextant")]
    [InlineData("the king's ex")]
    [InlineData("as expected")]
    [InlineData("53 x 4")]
    [InlineData("naked mole rat")]
    [InlineData("Naked mole-rats")]
    [InlineData("naked   mole\nrat")]
    [InlineData("popcorn")]
    [InlineData("kk")]
    [InlineData("child")]
    [InlineData("")]
    [InlineData("***")]
    [InlineData("\uD800")]
    [InlineData("salt &amp; pepper &lt;3")]
    [InlineData("&#0;&#xD800;&#99999999999;&;&#;&#x;&nothing;")]
    public void Nothing_is_found(string text) => Assert.Null(Policy.Judge(text));

    [Theory]
    [InlineData("naked mole rat and a naked man")]
    [InlineData("n4ked mole rat")]
    [InlineData("naked m0le rat")]
    [InlineData("nakedmolerat")]
    [InlineData("naked naked mole rat")]
    public void An_allowed_context_allows_itself_alone_and_only_as_it_is_written(string text) =>
        Assert.Equal(text == "nakedmolerat" ? null : "sexual", Policy.Judge(text));

    [Theory]
    [InlineData("a child, naked")]
    [InlineData("naked 2 year old")]
    [InlineData("ch1ld s3x")]
    public void Together_they_are_worse(string text) => Assert.Equal("minors", Policy.Judge(text));

    [Fact]
    public void Said_in_two_texts_of_one_picture_too() => Assert.Equal("minors", Policy.JudgeTogether(["a child", "a naked man"]));

    [Theory]
    [InlineData("naked 12 year old whisky")]
    [InlineData("naked mole rat and a child")]
    public void And_only_if_both_are_there(string text) => Assert.NotEqual("minors", Policy.Judge(text));

    [Theory]
    [InlineData("*")]
    [InlineData("f*")]
    [InlineData("n ")]
    [InlineData("s.")]
    [InlineData("1!")]
    [InlineData("a \u200B")]
    [InlineData("nnaakkeed ")]
    [InlineData("fu*-")]
    [InlineData("p0rn4k3d")]
    [InlineData("!|")]
    [InlineData("c**")]
    public void Work_is_proportional_to_length_whatever_is_typed(string unit)
    {
        Assert.InRange(Steps(unit, 8000), 0, 2.5 * Steps(unit, 4000) + 1000);
        Assert.InRange(Steps(unit, 8000), 0, 8000 * 2400);
    }

    private static long Steps(string unit, int length)
    {
        var walk = new TermWalk(plain: false);
        Shipped.Value.Find(FoldedText.Of(string.Concat(Enumerable.Repeat(unit, length / unit.Length))), walk);
        return walk.Steps;
    }

    private static readonly Lazy<TermTree> Shipped = new(() =>
    {
        var tree = new TermTree();
        foreach (string line in File.ReadLines(Repository.PolicyFile).Where(line => line.StartsWith("terms: ", StringComparison.Ordinal)))
        {
            foreach (Term term in line["terms: ".Length..].Split(',').SelectMany(Term.Parse))
            {
                tree.Add(term, 0);
            }
        }

        return tree;
    });

    private static PromptPolicy Parse(string text) => PolicyFile.Parse("policy.txt", text.Split('\n'));
}
