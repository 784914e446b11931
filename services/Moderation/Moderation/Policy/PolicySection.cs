namespace Limner.Moderation.Policy;

/// <summary>A category that refuses what names one of its terms, or a set of terms that refuses nothing alone.</summary>
internal sealed class PolicySection(string name, int line, bool refuses)
{
    public string Name => name;

    /// <summary>Where it begins in the file.</summary>
    public int Line => line;

    public bool Refuses => refuses;

    public List<Term> Terms { get; } = [];

    /// <summary>Contexts in which a term of this section means something else: "naked mole rat".</summary>
    public List<Term> Allowed { get; } = [];

    /// <summary>Sections that refuse together: each must be named in the prompt.</summary>
    public List<(IReadOnlyList<string> Names, int Line)> Combinations { get; } = [];
}
