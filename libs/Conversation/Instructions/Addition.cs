using Limner.Conversation.Scenes;

namespace Limner.Conversation.Instructions;

/// <summary><c>add a moon above it</c>, <c>add another star</c>, <c>with a tree on its left</c>.</summary>
internal static class Addition
{
    private static readonly (string Phrase, string Place)[] Sides =
        [("on the left", "left"), ("to the left", "left"), ("on the right", "right"), ("to the right", "right"), ("at the top", "above"), ("on top", "above"), ("at the bottom", "below")];

    public static bool TryRead(Turn turn, Words words)
    {
        if (!words.TakeAny("add", "put in", "put", "place", "draw", "include", "insert", "give it", "give them", "with", "show", "let there be", "there should be"))
        {
            return ReadMore(turn, words);
        }

        if (ReadMore(turn, words))
        {
            return true;
        }

        return turn.Things.Read(words) is { } thing && ReadPlace(turn, words, out string? place) && Add(turn, thing, place);
    }

    /// <summary>Reads where a thing stands to the one that is named, or to what there is.</summary>
    public static bool ReadPlace(Turn turn, Words words, out string? place)
    {
        int start = words.Mark();
        if (words.Take(turn.World.Places, out place) && Reference.ReadOne(turn, words) is not null)
        {
            return true;
        }

        words.Return(start);
        if (words.TakeAny("next to", "beside", "near"))
        {
            return Reference.ReadOne(turn, words) is not null;
        }

        if (words.Take(turn.World.ItsPlaces, out place))
        {
            return true;
        }

        place = null;
        foreach ((string phrase, string side) in Sides)
        {
            if (words.Take(phrase))
            {
                place = side;
                return true;
            }
        }

        return true;
    }

    // "another star", "two more stars", "one more"
    private static bool ReadMore(Turn turn, Words words)
    {
        int start = words.Mark();
        int? more = words.Take(turn.World.Numbers, out int number) ? number : null;
        if (more is null ? words.Take("another") : words.Take("more"))
        {
            int? index = Reference.ReadOne(turn, words) ?? (words.IsAtEnd || words.NextIsMark ? turn.Topic : null);
            if (index is { } of)
            {
                return Increase(turn, of, more ?? 1);
            }
        }

        words.Return(start);
        return false;
    }

    private static bool Increase(Turn turn, int index, int by)
    {
        if (turn.Scene.Things[index].Count is not { } count)
        {
            throw new MisunderstoodException("It was not said how many there are; say how many there are to be, like 'make it three'.");
        }

        turn.Change(index, thing => thing with { Count = count + by });
        return true;
    }

    private static bool Add(Turn turn, Thing thing, string? place)
    {
        // "add a star" to a star that may look like it is one more of them.
        (int Index, Thing Item)[] same = turn.Scene.Things.Index().Where(known => known.Item.Kind == thing.Kind && (thing.Colour ?? known.Item.Colour) == known.Item.Colour && (thing.Size ?? known.Item.Size) == known.Item.Size).ToArray();
        if (place is null && same is [var (index, _)] && thing.Count is { } more)
        {
            return Increase(turn, index, more);
        }

        turn.Add(thing, place);
        return true;
    }
}
