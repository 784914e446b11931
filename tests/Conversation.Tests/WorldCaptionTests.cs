using Limner.Conversation.Scenes;
using Limner.Conversation.Worlds;

namespace Limner.Conversation.Tests;

/// <summary>Prompts of the kind that limner-world was trained on, as training/world/captions.py wrote them: settings, counts to six, things that touch.</summary>
public sealed class WorldCaptionTests
{
    private static readonly World Larger = World.Of("limner-world 1.0.0")!;

    private static readonly Caption[] Captions = Fixture.Read<Caption[]>("captions-world.json");

    [Fact]
    public void Every_caption_is_read_as_the_scene_it_was_made_of_and_written_so_that_it_is_read_the_same_again()
    {
        Assert.Equal(250, Captions.Length);
        Assert.All(Captions, caption =>
        {
            Scene scene = new SceneReader(Larger).Read(caption.Text);
            Assert.Equal(caption.Things.Select(thing => thing.Kind), scene.Things.Select(thing => thing.Kind));
            Assert.All(scene.Things.Zip(caption.Things), pair => Assert.True(pair.First.Colour is null || pair.First.Colour == pair.Second.Colour, pair.First.ToString()));
            Assert.Equal(caption.Count, scene.Things[0].Count);
            Assert.True(scene.Place is null || caption.Place == scene.Place, scene.Place);
            Assert.True(scene.Background is null || caption.Setting == (scene.Background.IsSetting ? scene.Background.From : null), scene.Background?.ToString());
            Scene again = new SceneReader(Larger).Read(SceneWriter.Write(Larger, scene));
            Assert.Equal(scene.Things, again.Things);
            Assert.Equal((scene.Place, scene.Background), (again.Place, again.Background));
        });
        // Reading nothing of them would pass, too.
        Scene[] read = [.. Captions.Select(caption => new SceneReader(Larger).Read(caption.Text))];
        Assert.InRange(read.Count(scene => scene.Background is { IsSetting: true }), 60, 200);
        Assert.InRange(read.Count(scene => scene.Place is not null), 40, 150);
    }

    [Theory]
    [InlineData("a blue cat in a meadow", "put it on the moon", "a blue cat on the moon")]
    [InlineData("a blue cat in a meadow", "add a yellow sun above it", "a yellow sun above a blue cat in a meadow")]
    [InlineData("six red candles", "put them in the snow", "six red candles in the snow")]
    [InlineData("a white rabbit in a snowy landscape", "remove the background", "a white rabbit")]
    [InlineData("a hat on top of a snowman at night", "make the hat green", "a green hat on top of a snowman in the night sky")]
    [InlineData("a candle inside a ring", "swap the candle and the ring", "a ring inside a candle")]
    [InlineData("a candle inside a ring", "move the ring inside the candle", "a ring inside a candle")]
    [InlineData("a hat on top of a snowman", "move the snowman on top of the hat", "a snowman on top of a hat")]
    [InlineData("a house with a star on it", "make the star red", "a red star on top of a house")]
    [InlineData("a cat behind a tree", "swap the cat and the tree", "a cat in front of a tree")]
    public void An_instruction_changes_where_it_is(string prompt, string instruction, string expected) => Assert.Equal(expected, Larger.Revise(prompt, instruction).Prompt);

    private sealed record Caption(string Text, CaptionThing[] Things, int Count, string? Place, string? Setting, string[] Background);

    private sealed record CaptionThing(string Kind, string? Colour);
}
