using Limner.Conversation.Worlds;

namespace Limner.Conversation.Scenes;

/// <summary>From a scene to a prompt, in the words that the model was shown most.</summary>
internal static class SceneWriter
{
    public static string Write(World world, Scene scene)
    {
        string text = Write(world, scene.Things[0]);
        if (scene.Things.Count > 1)
        {
            text = $"{text} {(scene.Place is { } place ? world.PhraseFor(place) : "and")} {Write(world, scene.Things[1])}";
        }

        return scene.Background is { } background ? $"{text} {Write(world, background)}" : text;
    }

    public static string Write(World world, Thing thing)
    {
        string[] words = [thing.Size ?? "", thing.Colour ?? "", world.WordFor(thing)];
        string name = string.Join(' ', words.Where(word => word.Length > 0));
        return thing.Count switch { null => name, 1 => $"{Article(name)} {name}", var count => $"{world.WordFor(count.Value)} {name}" };
    }

    private static string Write(World world, Backdrop background) =>
        background.IsSetting ? world.PhraseForSetting(background.From)
        : background.To is { } to ? $"on a gradient from {background.From} to {to}" : $"on {Article(background.From)} {background.From} background";

    private static string Article(string name) => "aeiou".Contains(name[0], StringComparison.Ordinal) ? "an" : "a";
}
