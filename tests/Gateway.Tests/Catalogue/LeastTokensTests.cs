using Limner.Deployment.Tests;
using Limner.Diffusion.Tokenization;
using Limner.Gateway.Catalogue;

namespace Limner.Gateway.Tests.Catalogue;

public sealed class LeastTokensTests
{
    private const int Texts = 20_000;

    // What tokenizers stumble over: blanks of all kinds, character references, contractions, halves of surrogate pairs, control characters.
    private static readonly string[] Pieces =
    [
        "a", "red", "Star", "star's", "7", "42", ".", "--", "é", "星", "\u0130", "\U0001F511", "\uD83D", "&", "&amp;", "&#32;", "&nbsp;", "&#x1C;", "amp;", "#32;", "<|endoftext|>", "\u001C", "\u0085", "\u00A0", "\u200B", "'s", "''",
    ];

    private static readonly string[] Blanks = ["", "", " ", " ", " ", "  ", "\n", "\t", "\u00A0", "\u2003", "\u3000", "\r\n"];

    [Fact]
    public void No_text_has_fewer_tokens_than_it_is_said_to_have()
    {
        var tokenizer = ClipTokenizer.Load(Repository.At("models/limner-first/tokenizer"));
        var chance = new Random(7);
        int counted = 0;
        for (int i = 0; i < Texts; i++)
        {
            string text = string.Concat(Enumerable.Range(0, chance.Next(1, 30)).Select(_ => Pieces[chance.Next(Pieces.Length)] + Blanks[chance.Next(Blanks.Length)]));
            int least = LeastTokens.Of(text), tokens = tokenizer.Encode(text).Count;
            Assert.True(least <= tokens, $"{least} of {tokens}: {string.Join(' ', text.Select(unit => $"{(int)unit:X4}"))}");
            counted += least;
        }

        Assert.True(counted > Texts, "hardly anything was counted");
    }

    [Theory]
    [InlineData("a large red star left of a blue house", 9)]
    [InlineData("  a   star\n", 2)]
    [InlineData("a & b &amp; - c", 3)]
    [InlineData("", 0)]
    public void Words_are_counted(string prompt, int least) => Assert.Equal(least, LeastTokens.Of(prompt));
}
