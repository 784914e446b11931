using Limner.Conversation.Scenes;

namespace Limner.Conversation.Instructions;

/// <summary><c>on a yellow background</c>, <c>make the background blue</c>, <c>remove the background</c>.</summary>
internal static class BackgroundChange
{
    private static readonly string[] Names = ["the background", "its background", "background", "the sky"];

    public static bool TryRead(Turn turn, Words words)
    {
        if (words.TakeAny("remove", "delete", "drop"))
        {
            return words.TakeAny("the background", "its background", "background") && Set(turn, null);
        }

        words.TakeAny("make it", "put it", "put them", "place it", "draw it", "have it", "this time", "the same", "same");
        if (turn.Backdrops.Read(words) is { } said)
        {
            return TakeInstead(words) && Set(turn, said);
        }

        if (words.TakeAny("make", "paint", "colour", "color", "turn", "change", "set", "use", "give it") && turn.Backdrops.ReadWithout(words) is { } used)
        {
            return TakeInstead(words) && Set(turn, used);
        }

        if (!words.TakeAny(Names))
        {
            return false;
        }

        words.TakeAny("into", "to", "should be", "is", "be");
        return turn.Backdrops.ReadWithout(words) is { } changed ? Set(turn, changed)
            // The next clause's word may follow a colour at once.
            : words.Take(turn.World.Colours, out string? colour) && Set(turn, new Backdrop(colour!));
    }

    private static bool TakeInstead(Words words)
    {
        words.Take("instead");
        return true;
    }

    private static bool Set(Turn turn, Backdrop? backdrop)
    {
        turn.Scene = turn.Scene with { Background = backdrop };
        return true;
    }
}
