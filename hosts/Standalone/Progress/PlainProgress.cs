namespace Limner.Standalone.Progress;

/// <summary>One line a second at most, and one when a stage ends: readable in a log.</summary>
internal sealed class PlainProgress(TextWriter writer, TimeProvider time) : IProgressDisplay
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, (long Started, int First, StageTally Tally)> _stages = [];
    private int _candidates = 1;
    private long _written;

    public void Begin(string title, int candidates)
    {
        _stages.Clear();
        _candidates = candidates;
        _written = time.GetTimestamp();
        writer.WriteLine(title);
    }

    public void Say(string sentence) => writer.WriteLine(sentence);

    public void Report(StageStep value)
    {
        if (!_stages.TryGetValue(value.Stage, out (long Started, int First, StageTally Tally) stage))
        {
            _stages[value.Stage] = stage = (time.GetTimestamp(), value.Step, new StageTally(_candidates));
        }

        if (!stage.Tally.Add(value))
        {
            return;
        }

        (int done, int all) = (stage.Tally.Done, stage.Tally.All);
        if (done < all && time.GetElapsedTime(_written) < Interval)
        {
            return;
        }

        _written = time.GetTimestamp();
        TimeSpan elapsed = time.GetElapsedTime(stage.Started);
        // The first report starts the clock, so the pace is that of the steps after it.
        string left = done < all && done > stage.First ? $", {elapsed.TotalSeconds / (done - stage.First) * (all - done):0} s left" : "";
        writer.WriteLine($"  {value.Stage}: {done}/{all}{left}");
    }
}
