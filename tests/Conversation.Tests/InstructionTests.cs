using Limner.Conversation.Scenes;
using Limner.Conversation.Worlds;

namespace Limner.Conversation.Tests;

public sealed class InstructionTests
{
    private const string Both = "a large red star left of a blue house on a yellow background";

    private static readonly World First = World.Of("limner-first")!;

    [Theory]
    [InlineData("a red house", "make the house blue", "a blue house")]
    [InlineData("a red house", "paint it blue", "a blue house")]
    [InlineData("a red house", "Please make it blue.", "a blue house")]
    [InlineData(Both, "make the house green", "a large red star left of a green house on a yellow background")]
    [InlineData(Both, "make it green", "a large red star left of a green house on a yellow background")]
    [InlineData(Both, "make the red one purple", "a large purple star left of a blue house on a yellow background")]
    [InlineData(Both, "make the star small and orange", "a small orange star left of a blue house on a yellow background")]
    [InlineData(Both, "make both pink", "a large pink star left of a pink house on a yellow background")]
    [InlineData(Both, "make it bigger", "a large red star left of a large blue house on a yellow background")]
    [InlineData(Both, "make the star smaller", "a red star left of a blue house on a yellow background")]
    [InlineData(Both, "shrink the house", "a large red star left of a small blue house on a yellow background")]
    [InlineData(Both, "remove the house", "a large red star on a yellow background")]
    [InlineData(Both, "take the star away", "a blue house on a yellow background")]
    [InlineData(Both, "swap the star and the house", "a large red star right of a blue house on a yellow background")]
    [InlineData(Both, "swap them", "a large red star right of a blue house on a yellow background")]
    [InlineData(Both, "swap their colours", "a large blue star left of a red house on a yellow background")]
    [InlineData(Both, "move the star above the house", "a large red star above a blue house on a yellow background")]
    [InlineData(Both, "put the house to the left", "a large red star right of a blue house on a yellow background")]
    [InlineData(Both, "on a white background", "a large red star left of a blue house on a white background")]
    [InlineData(Both, "make the background gray", "a large red star left of a blue house on a gray background")]
    [InlineData(Both, "on a gradient from pink to white", "a large red star left of a blue house on a gradient from pink to white")]
    [InlineData(Both, "remove the background", "a large red star left of a blue house")]
    [InlineData(Both, "replace the house with a tree", "a large red star left of a blue tree on a yellow background")]
    [InlineData(Both, "a green tree instead of the house", "a large red star left of a green tree on a yellow background")]
    [InlineData(Both, "turn the house into a boat", "a large red star left of a blue boat on a yellow background")]
    [InlineData(Both, "make the house blue and the background white", "a large red star left of a blue house on a white background")]
    [InlineData(Both, "only three stars", "three large red stars on a yellow background")]
    [InlineData("a blue house", "add a moon above it", "a moon above a blue house")]
    [InlineData("a blue house on a white background", "add a small yellow moon above it", "a small yellow moon above a blue house on a white background")]
    [InlineData("a blue house", "add a tree on the left", "a tree left of a blue house")]
    [InlineData("a blue house", "with a red star on its right", "a red star right of a blue house")]
    [InlineData("a blue house", "make the house red and add a moon above it", "a moon above a red house")]
    [InlineData("a blue house", "add a red boat", "a blue house and a red boat")]
    [InlineData("a red star", "add another star", "two red stars")]
    [InlineData("a red star", "add two more stars", "three red stars")]
    [InlineData("a red star", "add a star", "two red stars")]
    [InlineData("a red star", "add a blue star", "a red star and a blue star")]
    [InlineData("a red star", "three stars instead", "three red stars")]
    [InlineData("a red star", "draw a tree instead", "a red tree")]
    [InlineData("a red star", "three trees instead", "three red trees")]
    [InlineData("a red star", "draw three trees instead", "three red trees")]
    [InlineData("a blue house", "two boats instead of the house", "two blue boats")]
    [InlineData("a red star", "make it three", "three red stars")]
    [InlineData("three red stars", "one star fewer", "two red stars")]
    [InlineData("three red stars", "remove one star", "two red stars")]
    [InlineData("three red stars", "make them blue", "three blue stars")]
    [InlineData("a picture of a tiny teal ball", "make it bigger", "a turquoise circle")]
    public void An_instruction_changes_what_it_names_and_nothing_else(string prompt, string instruction, string revised) =>
        Assert.Equal(revised, First.Revise(prompt, instruction).Prompt);

    [Fact]
    public void It_is_what_was_named_last_through_a_conversation()
    {
        Revision moon = First.Revise("a blue house", "add a yellow moon above it");
        Assert.Equal("a yellow moon above a blue house", moon.Prompt);
        // Named last in the prompt is the house; spoken of last was the moon.
        Revision large = First.Revise(moon.Prompt, "make it bigger", moon.Topic);
        Assert.Equal("a large yellow moon above a blue house", large.Prompt);
        Assert.Equal("a large yellow moon above a large blue house", First.Revise(large.Prompt, "make the house bigger", large.Topic).Prompt);
        Assert.Equal("a yellow moon above a large blue house", First.Revise(moon.Prompt, "make it bigger").Prompt);
    }

    [Theory]
    [InlineData(Both, "now in watercolour", "'now in watercolour' is not understood. Say it like 'make the house blue'")]
    [InlineData(Both, "now in watercolour", "and no styles.")]
    [InlineData(Both, "make the house blue and cry", "is not understood")]
    [InlineData(Both, "make", "is not understood")]
    [InlineData(Both, ",", "is not understood")]
    [InlineData(Both, "make the tree blue", "'the tree' is not there; the picture has a large red star and a blue house.")]
    [InlineData(Both, "remove both", "Nothing would be left to draw")]
    [InlineData(Both, "add a moon above it", "one to 4 of a kind, or two things")]
    [InlineData(Both, "make the star bigger", "a large red star cannot be larger")]
    [InlineData("a red star and a blue star", "make the star pink", "'the star' could be either: the picture has a red star and a blue star; say which.")]
    [InlineData("a red star and a blue house", "swap them", "It is not said how a red star and a blue house stand to each other")]
    [InlineData("a red star", "swap the star and the house", "'the house' is not there")]
    [InlineData("a red star", "make it five", "is not understood")]
    [InlineData("three red stars", "add two more", "one to 4 of a kind")]
    [InlineData("an astronaut riding a horse", "make it blue", "'an astronaut riding a horse' cannot be changed by instruction: 'an astronaut riding a horse' is not understood")]
    [InlineData("a red star with a dragon", "make it blue", "cannot be changed by instruction")]
    public void What_is_not_understood_is_said_and_what_would_be(string prompt, string instruction, string says) =>
        Assert.Contains(says, Assert.Throws<MisunderstoodException>(() => First.Revise(prompt, instruction)).Message, StringComparison.Ordinal);

    [Fact]
    public void Any_text_ends_as_a_revision_or_as_a_sentence()
    {
        string[] words = ["make", "the", "a", "star", "house", "it", "blue", "add", "remove", "above", "two", "instead", "of", "and", ",", "background", "on", "swap", "zebra", "bigger", "to", "left", "with"];
        var random = new Random(7);
        int understood = 0;
        for (int i = 0; i < 5_000; i++)
        {
            string text = string.Join(' ', Enumerable.Range(0, random.Next(1, 7)).Select(_ => words[random.Next(words.Length)]));
            try
            {
                Revision revision = First.Revise(Both, text);
                Assert.NotEmpty(new SceneReader(First).Read(revision.Prompt).Things);
                understood++;
            }
            catch (MisunderstoodException)
            {
            }
        }

        Assert.InRange(understood, 20, 2_500);
    }
}
