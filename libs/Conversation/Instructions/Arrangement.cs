using Limner.Conversation.Scenes;

namespace Limner.Conversation.Instructions;

/// <summary><c>swap the star and the house</c>, <c>swap their colours</c>, <c>move the star above the house</c>.</summary>
internal static class Arrangement
{
    public static bool TryRead(Turn turn, Words words) =>
        words.TakeAny("swap", "switch", "exchange") ? ReadSwap(turn, words)
        : words.TakeAny("move", "shift", "put", "place", "make", "draw") && ReadMove(turn, words);

    private static bool ReadSwap(Turn turn, Words words)
    {
        bool colours = words.TakeAny("their colours", "their colors", "the colours", "the colors", "colours", "colors");
        words.Take("of");
        if (Reference.Read(turn, words) is { Count: 1 } one)
        {
            if (!words.TakeAny("and", "with") || Reference.ReadOne(turn, words) is not { } other)
            {
                return false;
            }

            if (one[0] == other)
            {
                throw new MisunderstoodException($"A thing cannot be swapped with itself; the picture has {turn.Describe()}.");
            }
        }

        words.TakeAny("around", "over");
        if (turn.Scene.Things is not [var first, var second])
        {
            throw new MisunderstoodException($"There are no two things to swap; the picture has {turn.Describe()}.");
        }

        if (colours)
        {
            turn.Scene = turn.Scene with { Things = [first with { Colour = second.Colour }, second with { Colour = first.Colour }] };
        }
        else if (turn.Scene.Place is { } place)
        {
            turn.Scene = turn.World.OppositeOf(place) is { } opposite ? turn.Scene with { Place = opposite } : turn.Scene with { Things = [second, first] };
        }
        else
        {
            throw new MisunderstoodException($"It is not said how {turn.Describe()} stand to each other; say 'move the {first.Kind} left of the {second.Kind}'.");
        }

        return true;
    }

    private static bool ReadMove(Turn turn, Words words)
    {
        if (Reference.Read(turn, words) is not [var moved] || !Addition.ReadPlace(turn, words, out string? place) || place is null)
        {
            return false;
        }

        if (turn.OtherThan(moved) is null)
        {
            throw new MisunderstoodException($"There is nothing that it could be {place} of; the picture has {turn.Describe()}.");
        }

        (turn.Scene, turn.Topic) = moved == 0 ? (turn.Scene with { Place = place }, 0)
            : turn.World.OppositeOf(place) is { } opposite ? (turn.Scene with { Place = opposite }, 1)
            : (turn.Scene with { Place = place, Things = [.. turn.Scene.Things.Reverse()] }, 0);
        return true;
    }
}
