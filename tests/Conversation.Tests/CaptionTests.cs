using Limner.Conversation.Scenes;
using Limner.Conversation.Worlds;

namespace Limner.Conversation.Tests;

/// <summary>Prompts of the kind that the shipped model was trained on, as training/captions.py wrote them.</summary>
public sealed class CaptionTests
{
    private static readonly World First = World.Of("limner-first 2.0.0")!;

    private static readonly Caption[] Captions = Fixture.Read<Caption[]>("captions.json");

    [Fact]
    public void Every_caption_is_read_as_the_scene_it_was_made_of()
    {
        Assert.Equal(400, Captions.Length);
        Assert.All(Captions, caption =>
        {
            Scene scene = new SceneReader(First).Read(caption.Text);
            Assert.Equal(caption.Things.Select(thing => thing.Kind), scene.Things.Select(thing => thing.Kind));
            Assert.All(scene.Things.Zip(caption.Things), pair =>
            {
                Assert.True(pair.First.Colour is null || pair.First.Colour == pair.Second.Colour, pair.First.ToString());
                Assert.True(pair.First.Size is null || pair.First.Size == pair.Second.Size, pair.First.ToString());
                Assert.Equal(caption.Count, pair.First.Count);
            });
            Assert.Equal(caption.Place, scene.Place);
            Assert.True(scene.Background is null || caption.Background.SequenceEqual(scene.Background.To is { } to ? [scene.Background.From, to] : [scene.Background.From]), scene.Background?.ToString());
        });
        // Reading nothing of them would pass, too.
        Scene[] read = [.. Captions.Select(caption => new SceneReader(First).Read(caption.Text))];
        Assert.InRange(read.Count(scene => scene.Background is not null), 150, 300);
        Assert.InRange(read.SelectMany(scene => scene.Things).Count(thing => thing.Colour is not null), 300, 600);
    }

    [Fact]
    public void What_is_written_is_read_as_the_same_again()
    {
        Assert.All(Captions, caption =>
        {
            Scene scene = new SceneReader(First).Read(caption.Text);
            Scene again = new SceneReader(First).Read(SceneWriter.Write(First, scene));
            Assert.Equal(scene.Things, again.Things);
            Assert.Equal((scene.Place, scene.Background), (again.Place, again.Background));
        });
    }

    private sealed record Caption(string Text, CaptionThing[] Things, int Count, string? Place, string[] Background);

    private sealed record CaptionThing(string Kind, string Colour, string Size);
}
