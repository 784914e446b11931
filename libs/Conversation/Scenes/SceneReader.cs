using Limner.Conversation.Worlds;

namespace Limner.Conversation.Scenes;

/// <summary>From a prompt to what it says. Every word has to be understood: what is dropped silently would be lost in the next prompt.</summary>
internal sealed class SceneReader(World world)
{
    private static readonly string[] Openings =
        ["a picture of", "a drawing of", "an image of", "an illustration of", "a painting of", "picture of", "drawing of", "image of", "show me", "please", "draw", "paint", "show", "there is", "there are"];

    private readonly ThingReader _things = new(world);
    private readonly BackdropReader _backdrops = new(world);

    /// <exception cref="MisunderstoodException">The text says something else than this world has.</exception>
    public Scene Read(string text)
    {
        var words = new Words(text);
        return Read(words) is { } scene && words.IsAtEnd ? scene
            : throw new MisunderstoodException(
                $"'{text}' cannot be changed by instruction: {(words.IsAtEnd ? "something is missing" : $"'{words.Rest}' is not understood")}. "
                + $"{world.Model} draws one to {world.MostAlike} of a kind, or two things and how they stand to each other: {string.Join(", ", world.ThingNames)}{(world.SettingPhrases.Count > 0 ? $"; {string.Join(", ", world.SettingPhrases)}" : "")}.");
    }

    private Scene? Read(Words words)
    {
        while (words.TakeAny(Openings))
        {
        }

        Backdrop? background = _backdrops.Read(words);
        Scene? scene = ReadSides(words) ?? ReadThings(words, ref background);
        return scene is null ? null : scene with { Background = background ?? _backdrops.Read(words) };
    }

    private Scene? ReadSides(Words words)
    {
        int start = words.Mark();
        foreach ((string place, string other) in (ReadOnlySpan<(string, string)>)[("on the left", "on the right"), ("on the right", "on the left")])
        {
            if (words.Take(place) && _things.Read(words) is { } first && (words.Take("and") || true) && words.Take(other) && _things.Read(words) is { } second)
            {
                return new Scene([first, second], place == "on the left" ? "left" : "right");
            }

            words.Return(start);
        }

        return null;
    }

    private Scene? ReadThings(Words words, ref Backdrop? background)
    {
        if (_things.Read(words) is not { } first)
        {
            return null;
        }

        int place = words.Mark();
        if (words.Take(world.Places, out string? how) && _things.Read(words) is { } other)
        {
            return new Scene([first, other], how);
        }

        words.Return(place);

        if (words.TakeAny("and", "next to", "beside"))
        {
            return _things.Read(words) is { } second ? new Scene([first, second]) : null;
        }

        background ??= _backdrops.Read(words);
        if (!words.Take("with"))
        {
            return new Scene([first]);
        }

        // "a house with a star on its left": the star is left of the house, so the house is right of the star.
        return _things.Read(words) is not { } beside ? null
            : !words.Take(world.ItsPlaces, out string? its) ? new Scene([first, beside])
            : world.OppositeOf(its!) is { } opposite ? new Scene([first, beside], opposite)
            : new Scene([beside, first], its);
    }
}
