using Limner.Conversation.Scenes;

namespace Limner.Conversation.Instructions;

/// <summary><c>three stars instead</c>, <c>replace the house with a tree</c>, <c>a tree instead of the house</c>, <c>only two boats</c>.</summary>
internal static class Replacement
{
    public static bool TryRead(Turn turn, Words words)
    {
        if (words.TakeAny("replace", "exchange", "turn", "change", "make"))
        {
            return Reference.Read(turn, words) is [var old] && (words.TakeAny("with", "by", "into", "to", "for") || true) && turn.Things.Read(words) is { } by && Replace(turn, old, by);
        }

        if (words.TakeAny("only", "nothing but"))
        {
            return turn.Things.Read(words) is { } all && ReplaceAll(turn, all);
        }

        words.TakeAny("draw", "make it", "make them", "show", "use", "i want", "rather");
        if (turn.Things.Read(words) is not { } thing || !words.Take("instead"))
        {
            return false;
        }

        return words.Take("of") ? Reference.ReadOne(turn, words) is { } named && Replace(turn, named, thing)
            : Replace(turn, Same(turn, thing) ?? turn.Topic, thing);
    }

    private static int? Same(Turn turn, Thing thing) => turn.Scene.Things.Index().Where(known => known.Item.Kind == thing.Kind).Select(known => (int?)known.Index).FirstOrDefault();

    // What is not said of the new one stays as it was of the old.
    private static bool Replace(Turn turn, int index, Thing by)
    {
        turn.Change(index, old => by with { Colour = by.Colour ?? old.Colour, Size = by.Size ?? old.Size });
        return true;
    }

    private static bool ReplaceAll(Turn turn, Thing by)
    {
        Thing old = turn.Scene.Things[Same(turn, by) ?? turn.Topic];
        turn.Scene = turn.Scene with { Things = [by with { Colour = by.Colour ?? old.Colour, Size = by.Size ?? old.Size }], Place = null };
        turn.Topic = 0;
        return true;
    }
}
