using Limner.Conversation.Scenes;

namespace Limner.Conversation.Instructions;

/// <summary><c>make the house blue</c>, <c>make it bigger</c>, <c>make it three</c>, <c>shrink the tree</c>.</summary>
internal static class Alteration
{
    private static readonly string[] Steps = ["small", "", "large"];

    public static bool TryRead(Turn turn, Words words)
    {
        int step = words.TakeAny("enlarge", "grow") ? 1 : words.TakeAny("shrink", "reduce") ? -1 : 0;
        if (step != 0)
        {
            return Reference.Read(turn, words) is { } sized && Each(turn, sized, thing => Step(turn, thing, step));
        }

        if (!words.TakeAny("make", "paint", "colour", "color", "turn", "change", "set", "let", "have", "draw"))
        {
            return false;
        }

        words.TakeAny("the number of", "the colour of", "the color of", "the size of");
        if (Reference.Read(turn, words) is not { } meant)
        {
            return false;
        }

        words.TakeAny("into", "to", "be", "look");
        if (ReadChange(turn, words) is not { } change)
        {
            return false;
        }
        // "small and blue": as long as more of its looks follow.
        for (int mark = words.Mark(); ; mark = words.Mark())
        {
            words.Take("and");
            if (ReadChange(turn, words) is not { } next)
            {
                words.Return(mark);
                return Each(turn, meant, change);
            }

            Func<Thing, Thing> before = change;
            change = thing => next(before(thing));
        }
    }

    private static Func<Thing, Thing>? ReadChange(Turn turn, Words words)
    {
        words.TakeAny("much", "a bit", "a little bit", "slightly", "even");
        if (words.TakeAny("bigger", "larger", "greater"))
        {
            return thing => Step(turn, thing, 1);
        }

        if (words.TakeAny("smaller", "tinier", "littler"))
        {
            return thing => Step(turn, thing, -1);
        }

        if (words.Take(turn.World.Colours, out string? colour))
        {
            return thing => thing with { Colour = colour };
        }

        if (words.Take(turn.World.Sizes, out string? size))
        {
            return thing => thing with { Size = size };
        }

        if (words.TakeAny("medium sized", "medium-sized", "medium", "normal"))
        {
            return thing => thing with { Size = null };
        }

        if (!words.Take(turn.World.Numbers, out int count))
        {
            return null;
        }

        words.TakeAny("of them", "instead");
        return thing => thing with { Count = count };
    }

    private static Thing Step(Turn turn, Thing thing, int step)
    {
        int index = Array.IndexOf(Steps, thing.Size ?? "") + step;
        return index is >= 0 and < 3 ? thing with { Size = Steps[index] is { Length: > 0 } size ? size : null }
            : throw new MisunderstoodException($"{SceneWriter.Write(turn.World, thing)} cannot be {(step > 0 ? "larger" : "smaller")}: things are small, large, or neither.");
    }

    private static bool Each(Turn turn, IReadOnlyList<int> indices, Func<Thing, Thing> change)
    {
        foreach (int index in indices)
        {
            turn.Change(index, change);
        }

        return true;
    }
}
