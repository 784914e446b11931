using Limner.Moderation.Folding;

namespace Limner.Moderation.Policy;

/// <summary>
/// Walks the tree along a text with every reading at once, and so in time proportional to the text: there is no going back, and a walk
/// ends where no term goes on, at the latest after <see cref="LongestSpan"/> symbols.
/// </summary>
/// <param name="plain">Whether words must stand as they are written in the policy: so it is for allowed contexts, which must not help to hide anything.</param>
internal sealed class TermWalk(bool plain)
{
    private const int LongestSpan = 96;

    private List<Place> _places = [];
    private List<Place> _next = [];
    private readonly HashSet<Place> _reached = []; // those of _next, of which wildcards make thousands

    public List<Hit> Hits { get; } = [];

    /// <summary>How often a reading was looked at: what the time is proportional to.</summary>
    public long Steps { get; private set; }

    public void From(TermNode root, ReadOnlySpan<Symbol> text, int start)
    {
        _places.Clear();
        _places.Add(new Place(root));
        int certain = 0;
        for (int at = start; at < text.Length && at < start + LongestSpan && _places.Count > 0; at++)
        {
            certain += text[at].IsCertain ? 1 : 0;
            Steps += _places.Count;
            _next.Clear();
            _reached.Clear();
            foreach (Place place in _places)
            {
                if (plain)
                {
                    StepPlainly(place, text[at]);
                }
                else
                {
                    Step(place, text[at], isFirst: at == start);
                }
            }

            (_places, _next) = (_next, _places);
            foreach (Place place in _places)
            {
                if (place.InPiece)
                {
                    Report(place.Node, text, start, at + 1, certain);
                }
            }
        }
    }

    private void StepPlainly(Place place, Symbol symbol)
    {
        if (symbol.IsWord && place.Node.After(symbol.Character) is { } next)
        {
            Add(new Place(next, InPiece: true));
        }

        if (!symbol.IsWord)
        {
            AddGap(place);
        }
    }

    private void Step(Place place, Symbol symbol, bool isFirst)
    {
        foreach (char letter in symbol.Readings)
        {
            StepLetter(place, letter);
        }

        if (isFirst)
        {
            return;
        }

        if (symbol.Character == Leetspeak.Wildcard && place.InPiece)
        {
            foreach (TermNode next in place.Node.Next)
            {
                if (next.Letter != ' ')
                {
                    Add(place.Along(next));
                }
            }
        }

        if (!symbol.IsWord)
        {
            AddGap(place);
            if (place.Node.Letter != ' ')
            {
                Add(place.Interrupted(symbol.Kind == SymbolKind.Space));
            }
        }
    }

    private void StepLetter(Place place, char letter)
    {
        if (place.Node.After(letter) is { } next)
        {
            Add(place.Along(next));
        }

        if (place.Node.Letter == letter && char.IsLetter(letter)) // "seeex"; a number is not the same with a digit more
        {
            Add(place with { InPiece = true });
        }

        if (place.Node.After(' ')?.After(letter) is { } nextWord) // "childporn"
        {
            Add(new Place(nextWord, InPiece: true));
        }
    }

    private void AddGap(Place place)
    {
        if (place.Node.Letter == ' ')
        {
            Add(place);
        }
        else if (place.Node.After(' ') is { } gap)
        {
            Add(new Place(gap));
        }
    }

    // A word written with spaces has every letter alone: "s e x" is one word, "as expected" is two.
    private void Add(Place place)
    {
        if (!(place.HasSpace && place.HasLongPiece) && _reached.Add(place))
        {
            _next.Add(place);
        }
    }

    private void Report(TermNode node, ReadOnlySpan<Symbol> text, int start, int end, int certain)
    {
        foreach (TermEnd term in node.Ends)
        {
            bool ends = term.OpenEnd || WordBoundary.After(text, end)
                || (text[end].Readings.Contains('s', StringComparison.Ordinal) && WordBoundary.After(text, end + 1)); // the plural
            if (ends && certain >= term.LettersNeeded)
            {
                Hits.Add(new Hit(term.Section, start, end));
            }
        }
    }

    /// <summary>Where a reading is, and how the current word was written so far.</summary>
    private readonly record struct Place(TermNode Node, bool InPiece = false, bool HasSpace = false, bool HasLongPiece = false)
    {
        public Place Along(TermNode next) => new(next, true, HasSpace, HasLongPiece || InPiece);

        public Place Interrupted(bool bySpace) => this with { InPiece = false, HasSpace = HasSpace || bySpace };
    }
}
