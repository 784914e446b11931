using System.Text.Json;
using Limner.Diffusion.Unclip;

namespace Limner.Standalone.Progress;

/// <summary>One line a second at most, and one when a stage ends: readable in a log.</summary>
internal sealed class PlainProgress(TextWriter writer, TimeProvider time) : IProgressDisplay
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<PipelineStage, (long Started, int Done)> _stages = [];
    private int _candidates = 1;
    private long _written;

    public void Begin(string title, int candidates)
    {
        _stages.Clear();
        _candidates = candidates;
        _written = time.GetTimestamp();
        writer.WriteLine(title);
    }

    public void Report(UnclipProgress value)
    {
        (long started, int done) = _stages.GetValueOrDefault(value.Stage, (time.GetTimestamp(), 0));
        done++;
        _stages[value.Stage] = (started, done);
        int all = value.Steps * _candidates;
        if (done < all && time.GetElapsedTime(_written) < Interval)
        {
            return;
        }

        _written = time.GetTimestamp();
        TimeSpan elapsed = time.GetElapsedTime(started);
        // The first step starts the clock, so the pace is that of the steps after it.
        string left = done < all && done > 1 ? $", {elapsed.TotalSeconds / (done - 1) * (all - done):0} s left" : "";
        writer.WriteLine($"  {Name(value.Stage)}: {done}/{all}{left}");
    }

    public static string Name(PipelineStage stage) => JsonNamingPolicy.SnakeCaseLower.ConvertName(stage.ToString());
}
