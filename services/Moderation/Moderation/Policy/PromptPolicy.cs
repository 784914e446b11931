using Limner.Moderation.Folding;

namespace Limner.Moderation.Policy;

/// <summary>Judges prompts: which category refuses one, the first of the file where several do.</summary>
internal sealed class PromptPolicy
{
    private readonly TermTree _terms = new();
    private readonly TermTree _allowed = new();
    private readonly IReadOnlyList<PolicySection> _sections;
    private readonly int[][][] _combinations; // of each section, each a list of sections

    public PromptPolicy(string version, IReadOnlyList<PolicySection> sections)
    {
        (Version, _sections) = (version, sections);
        string[] names = [.. sections.Select(section => section.Name)];
        _combinations = [.. sections.Select(section => section.Combinations.Select(rule => rule.Names.Select(name => Array.IndexOf(names, name)).ToArray()).ToArray())];
        for (int i = 0; i < sections.Count; i++)
        {
            foreach (Term term in sections[i].Terms)
            {
                _terms.Add(term, i);
            }

            foreach (Term term in sections[i].Allowed)
            {
                _allowed.Add(term, i);
            }
        }
    }

    public string Version { get; }

    /// <summary>The codes it may answer with.</summary>
    public IEnumerable<string> Categories => _sections.Where(section => section.Refuses).Select(section => section.Name);

    /// <summary>The category that refuses a text; null if none does.</summary>
    public string? Judge(string text) => JudgeAll(text).FirstOrDefault();

    /// <summary>The category that refuses what several texts say together, as parts of one picture; null if none does.</summary>
    public string? JudgeTogether(IEnumerable<string> texts) => Refusing(Named(texts)).FirstOrDefault();

    /// <summary>Every category that refuses a text, in the order of the file.</summary>
    public IEnumerable<string> JudgeAll(string text) => Refusing(Named([text]));

    private IEnumerable<string> Refusing(bool[] named)
    {
        for (int i = 0; i < _sections.Count; i++)
        {
            if (_sections[i].Refuses && (named[i] || _combinations[i].Any(rule => rule.All(section => named[section]))))
            {
                yield return _sections[i].Name;
            }
        }
    }

    private bool[] Named(IEnumerable<string> texts)
    {
        bool[] named = new bool[_sections.Count];
        foreach (string text in texts)
        {
            Symbol[] read = FoldedText.Of(text), split = FoldedText.Of(text, unseenSplits: true);
            Mark(named, read);
            if (!split.AsSpan().SequenceEqual(read))
            {
                Mark(named, split);
            }
        }

        return named;
    }

    private void Mark(bool[] named, Symbol[] text)
    {
        var found = new TermWalk(plain: false);
        _terms.Find(text, found);
        var allowed = new TermWalk(plain: true);
        if (found.Hits.Count > 0)
        {
            _allowed.Find(text, allowed);
        }

        foreach (Hit hit in found.Hits)
        {
            named[hit.Section] = named[hit.Section] || !allowed.Hits.Exists(context => context.Section == hit.Section && context.Start <= hit.Start && context.End >= hit.End);
        }
    }
}
