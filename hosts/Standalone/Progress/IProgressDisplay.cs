namespace Limner.Standalone.Progress;

/// <summary>Shows the way of one request after the other: a bar on a terminal, lines elsewhere.</summary>
internal interface IProgressDisplay : IProgress<StageStep>
{
    /// <summary>A request begins; <paramref name="title"/> names it.</summary>
    void Begin(string title, int candidates);

    /// <summary>A line beside the progress.</summary>
    void Say(string sentence);
}
