using Limner.Conversation.Worlds;

namespace Limner.Conversation.Tests;

public sealed class CompletionTests
{
    private static readonly World First = World.Of("limner-first")!;

    [Theory]
    [InlineData("star")]
    [InlineData("a star")]
    [InlineData("Red stars")]
    [InlineData("two fish")]
    public void A_short_prompt_becomes_a_full_one_and_keeps_what_it_says(string prompt)
    {
        string full = First.Complete(prompt, 7)!;
        Assert.Equal(full, First.Complete(prompt, 7));
        Assert.Contains(" background", full, StringComparison.Ordinal);
        Assert.All(prompt.ToLowerInvariant().Split(' ').Where(word => word != "a"), word => Assert.Contains(word, full, StringComparison.Ordinal));
        // Its colour and its background are said, and it can be read again.
        Assert.Contains("small", First.Revise(full, "make it small").Prompt, StringComparison.Ordinal);
        Assert.True(Enumerable.Range(0, 40).Select(seed => First.Complete(prompt, (ulong)seed)).Distinct().Count() > 10);
    }

    [Theory]
    [InlineData("a red star")]
    [InlineData("a large red star left of a blue house")]
    [InlineData("astronaut")]
    [InlineData("")]
    [InlineData("red")]
    public void What_says_enough_or_is_not_of_this_world_is_left_alone(string prompt) => Assert.Null(First.Complete(prompt, 7));

    [Fact]
    public void A_thing_never_has_the_colour_of_its_background()
    {
        Assert.All(Enumerable.Range(0, 500).Select(seed => First.Complete("star", (ulong)seed)!.Split(' ')), words => Assert.NotEqual(words[2], words[^2]));
    }

    [Fact]
    public void A_model_whose_words_are_not_known_has_no_world() => Assert.Null(World.Of("karlo-v1 1.0"));
}
