using Limner.Moderation.Folding;

namespace Limner.Moderation.Policy;

/// <summary>All terms as one tree, walked from every place where a word begins.</summary>
internal sealed class TermTree
{
    private readonly TermNode _words = new('\0');
    private readonly TermNode _anywhere = new('\0');

    public void Add(Term term, int section)
    {
        TermNode node = term.OpenStart ? _anywhere : _words;
        foreach (char letter in term.Letters)
        {
            node = node.Grow(letter);
        }

        node.Ends.Add(new TermEnd(section, term.OpenEnd, term.LettersNeeded));
    }

    public void Find(ReadOnlySpan<Symbol> text, TermWalk walk)
    {
        for (int start = 0; start < text.Length; start++)
        {
            if (text[start].Readings.Length == 0)
            {
                continue;
            }

            if (WordBoundary.Before(text, start))
            {
                walk.From(_words, text, start);
            }

            walk.From(_anywhere, text, start);
        }
    }
}
