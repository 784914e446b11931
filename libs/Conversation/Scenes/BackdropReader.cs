using Limner.Conversation.Worlds;

namespace Limner.Conversation.Scenes;

/// <summary>Reads <c>on a yellow background</c>, <c>on a gradient from red to blue</c> or, where the world has settings, <c>in a meadow</c>.</summary>
internal sealed class BackdropReader(World world)
{
    /// <returns>Null, and nothing read, if there is none next.</returns>
    public Backdrop? Read(Words words)
    {
        int start = words.Mark();
        if (words.Take(world.Settings, out string? setting))
        {
            return new Backdrop(setting!, IsSetting: true);
        }

        if (words.TakeAny("on", "against", "with", "in front of") && ReadWithout(words) is { } backdrop)
        {
            return backdrop;
        }

        words.Return(start);
        return null;
    }

    /// <summary>The same without the word that leads to it.</summary>
    public Backdrop? ReadWithout(Words words)
    {
        int start = words.Mark();
        words.TakeAny("a", "an", "the");
        words.Take("plain");
        if (words.TakeAny("background fading from", "gradient from", "background from") && ReadPair(words) is { } fading)
        {
            words.Take("background");
            return fading;
        }

        if (words.Take(world.Colours, out string? from))
        {
            if (words.Take("to") && words.Take(world.Colours, out string? to) && words.Take("gradient"))
            {
                words.Take("background");
                return new Backdrop(from!, to);
            }

            // "on red": a colour alone is one, unless it is that of a thing.
            if (words.Take("background") || words.IsAtEnd || words.NextIsMark)
            {
                return new Backdrop(from!);
            }
        }

        words.Return(start);
        return null;
    }

    private Backdrop? ReadPair(Words words) =>
        words.Take(world.Colours, out string? from) && words.Take("to") && words.Take(world.Colours, out string? to) ? new Backdrop(from!, to) : null;
}
