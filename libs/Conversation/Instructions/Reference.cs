using Limner.Conversation.Scenes;

namespace Limner.Conversation.Instructions;

/// <summary>Reads which things of the scene are meant: <c>the house</c>, <c>the red one</c>, <c>it</c>, <c>both</c>.</summary>
internal static class Reference
{
    /// <returns>Their numbers; null, and nothing read, if none is named next.</returns>
    /// <exception cref="MisunderstoodException">One is named that is not there, or that could be either.</exception>
    public static IReadOnlyList<int>? Read(Turn turn, Words words)
    {
        if (words.TakeAny("both of them", "all of them", "both things", "both", "everything", "all things"))
        {
            return [.. Enumerable.Range(0, turn.Scene.Things.Count)];
        }

        if (words.TakeAny("it", "this one", "that one"))
        {
            return [turn.Topic];
        }

        if (words.TakeAny("them", "they", "these", "those"))
        {
            return turn.Scene.Things[turn.Topic].Count != 1 ? [turn.Topic] : [.. Enumerable.Range(0, turn.Scene.Things.Count)];
        }

        return ReadNamed(turn, words);
    }

    /// <summary>The same, where exactly one may be meant.</summary>
    public static int? ReadOne(Turn turn, Words words) => Read(turn, words) switch
    {
        null => null,
        [var one] => one,
        _ => throw new MisunderstoodException($"There are {turn.Describe()}; say which one is meant."),
    };

    private static int[]? ReadNamed(Turn turn, Words words)
    {
        int start = words.Mark();
        string from = words.Rest;
        bool isDefinite = words.TakeAny("all the", "all of the", "the", "this", "that", "its", "all");
        words.Take(turn.World.Numbers, out _);
        (string? colour, string? size) = turn.Things.ReadLook(words);
        string? kind = null;
        if (!(words.Take(turn.World.Singulars, out kind) || words.Take(turn.World.Plurals, out kind) || (isDefinite && words.TakeAny("one", "ones", "thing", "things"))))
        {
            words.Return(start);
            return null;
        }

        int[] meant = [.. turn.Scene.Things.Index()
            .Where(thing => (kind is null || thing.Item.Kind == kind) && (colour is null || thing.Item.Colour == colour) && (size is null || thing.Item.Size == size))
            .Select(thing => thing.Index)];
        string named = from[..^words.Rest.Length].Trim();
        return meant.Length switch
        {
            0 => throw new MisunderstoodException($"'{named}' is not there; the picture has {turn.Describe()}."),
            1 => meant,
            _ => throw new MisunderstoodException($"'{named}' could be either: the picture has {turn.Describe()}; say which."),
        };
    }
}
