using Limner.Conversation.Scenes;

namespace Limner.Conversation.Instructions;

/// <summary>Reads an instruction clause by clause and changes the scene as each says.</summary>
internal static class InstructionReader
{
    private static readonly string[] Courtesies = ["please", "now", "then", "also", "and", "can you", "could you", "would you", "let us", "let's", "i want you to", "i would like you to", "just"];

    private static readonly Func<Turn, Words, bool>[] Forms =
    [
        BackgroundChange.TryRead, Removal.TryRead, Arrangement.TryRead, Addition.TryRead, Replacement.TryRead, Alteration.TryRead,
    ];

    public static void Apply(Turn turn, string instruction)
    {
        var words = new Words(instruction);
        if (words.IsAtEnd)
        {
            throw NotUnderstood(turn, instruction);
        }

        while (!words.IsAtEnd)
        {
            while (words.TakeAny(Courtesies))
            {
            }

            ReadClause(turn, words, instruction);
        }
    }

    private static void ReadClause(Turn turn, Words words, string instruction)
    {
        (int start, Scene scene, int topic) = (words.Mark(), turn.Scene, turn.Topic);
        MisunderstoodException? misunderstood = null;
        foreach (Func<Turn, Words, bool> form in Forms)
        {
            try
            {
                if (form(turn, words) && EndsClause(words))
                {
                    return;
                }
            }
            catch (MisunderstoodException problem)
            {
                misunderstood ??= problem; // Another form may begin with the same words: "three trees instead" is not "three trees fewer".
            }

            words.Return(start);
            (turn.Scene, turn.Topic) = (scene, topic);
        }

        throw misunderstood ?? NotUnderstood(turn, instruction);
    }

    // Another clause follows a mark or a word that joins.
    private static bool EndsClause(Words words)
    {
        words.TakeAny("too", "as well", "please");
        return words.IsAtEnd || words.NextIsMark || words.TakeAny("and then", "and", "then", "but");
    }

    private static MisunderstoodException NotUnderstood(Turn turn, string instruction) => new(
        $"'{instruction}' is not understood. Say it like 'make the house blue', 'make it bigger', 'add a moon above it', 'remove the tree', 'three stars instead', "
        + $"'swap the star and the house', 'move the star left of the house' or 'on a yellow background'; {turn.World.Model} knows {string.Join(", ", turn.World.ThingNames)}, "
        + $"the colours {string.Join(", ", turn.World.ColourNames)}, and no styles.");
}
