using Limner.Conversation.Scenes;

namespace Limner.Conversation.Instructions;

/// <summary><c>remove the tree</c>, <c>without the moon</c>, <c>one star fewer</c>.</summary>
internal static class Removal
{
    public static bool TryRead(Turn turn, Words words)
    {
        if (words.Take("take"))
        {
            return Reference.Read(turn, words) is { } taken && words.TakeAny("away", "out", "off") && Remove(turn, taken);
        }

        if (!words.TakeAny("remove", "delete", "erase", "drop", "take away", "take out", "get rid of", "lose", "hide", "without", "no"))
        {
            return ReadFewer(turn, words);
        }

        return ReadSome(turn, words) || (Reference.Read(turn, words) is { } meant && Remove(turn, meant));
    }

    // "remove one star" of three, "remove one of them"
    private static bool ReadSome(Turn turn, Words words)
    {
        int start = words.Mark();
        if (words.Take(turn.World.Numbers, out int some))
        {
            words.Take("of");
            if (Reference.ReadOne(turn, words) is { } index && turn.Scene.Things[index].Count is var count && (count is null || count > some))
            {
                return Take(turn, index, some);
            }
        }

        words.Return(start);
        return false;
    }

    // "one star fewer", "one less"
    private static bool ReadFewer(Turn turn, Words words)
    {
        if (!words.Take(turn.World.Numbers, out int some))
        {
            return false;
        }

        bool before = words.TakeAny("fewer", "less");
        int index = Reference.ReadOne(turn, words) ?? turn.Topic;
        return (before || words.TakeAny("fewer", "less")) && Take(turn, index, some);
    }

    private static bool Take(Turn turn, int index, int some)
    {
        if (turn.Scene.Things[index].Count is not { } count)
        {
            throw new MisunderstoodException("It was not said how many there are; say how many there are to be, like 'make it two'.");
        }

        if (count <= some)
        {
            return Remove(turn, [index]);
        }

        turn.Change(index, thing => thing with { Count = count - some });
        return true;
    }

    private static bool Remove(Turn turn, IReadOnlyList<int> indices)
    {
        turn.Remove(indices);
        return true;
    }
}
