namespace Limner.Moderation.Policy;

/// <summary>A place in the tree of all terms: the letters that lead here are the beginning of a term.</summary>
internal sealed class TermNode(char letter)
{
    private readonly Dictionary<char, TermNode> _next = [];

    /// <summary>The last letter that led here; a space between two words of a phrase.</summary>
    public char Letter => letter;

    /// <summary>Terms that end here.</summary>
    public List<TermEnd> Ends { get; } = [];

    public IEnumerable<TermNode> Next => _next.Values;

    public TermNode? After(char next) => _next.GetValueOrDefault(next);

    public TermNode Grow(char next)
    {
        if (!_next.TryGetValue(next, out TermNode? node))
        {
            _next.Add(next, node = new TermNode(next));
        }

        return node;
    }
}

/// <summary>A term that ends at a node.</summary>
internal readonly record struct TermEnd(int Section, bool OpenEnd, int LettersNeeded);
