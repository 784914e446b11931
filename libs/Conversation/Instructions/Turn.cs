using System.Globalization;
using Limner.Conversation.Scenes;
using Limner.Conversation.Worlds;

namespace Limner.Conversation.Instructions;

/// <summary>One turn of a conversation: the scene as far as it is changed, and which thing is spoken of.</summary>
internal sealed class Turn(World world, Scene scene, int topic)
{
    public World World => world;

    public ThingReader Things { get; } = new(world);

    public BackdropReader Backdrops { get; } = new(world);

    public Scene Scene { get; set; } = scene;

    /// <summary>What <c>it</c> is.</summary>
    public int Topic { get; set; } = topic;

    /// <summary>The other of two things; null if there is only one.</summary>
    public int? OtherThan(int thing) => Scene.Things.Count == 2 ? 1 - thing : null;

    public void Change(int index, Func<Thing, Thing> change)
    {
        Scene = Scene with { Things = [.. Scene.Things.Select((thing, i) => i == index ? change(thing) : thing)] };
        Topic = index;
    }

    public void Remove(IReadOnlyList<int> indices)
    {
        Thing[] left = [.. Scene.Things.Where((_, i) => !indices.Contains(i))];
        if (left.Length == 0)
        {
            throw new MisunderstoodException("Nothing would be left to draw; say what there is to be instead.");
        }

        Scene = Scene with { Things = left, Place = null };
        Topic = 0;
    }

    /// <summary>Puts a thing beside the one there is.</summary>
    /// <param name="thing">What.</param>
    /// <param name="place">How it stands to the other; null for anywhere.</param>
    public void Add(Thing thing, string? place)
    {
        Scene = Scene with { Things = place is null ? [.. Scene.Things, thing] : [thing, .. Scene.Things], Place = place };
        Topic = place is null ? Scene.Things.Count - 1 : 0;
    }

    /// <summary>The scene, if the world has room for it.</summary>
    public Scene Checked()
    {
        (IReadOnlyList<Thing> things, int kinds) = (Scene.Things, Scene.Things.Count);
        int alike = things.Max(thing => thing.Count ?? 1);
        return kinds <= world.MostKinds && alike <= (kinds > 1 ? 1 : world.MostAlike) ? Scene
            : throw new MisunderstoodException(
                $"That would be {Describe()}, which {world.Model} cannot draw together: it draws one to {world.MostAlike.ToString(CultureInfo.InvariantCulture)} of a kind, or two things, one of each.");
    }

    /// <summary>What there is, in words.</summary>
    public string Describe() => string.Join(" and ", Scene.Things.Select(thing => SceneWriter.Write(world, thing)));
}
