namespace Limner.Diffusion.Unclip;

/// <summary>Time spent in each stage, by all candidates together.</summary>
public sealed class StageTimings(TimeProvider time)
{
    private readonly TimeSpan[] _elapsed = new TimeSpan[Enum.GetValues<PipelineStage>().Length];

    /// <summary>Time spent in <paramref name="stage"/> since the last <see cref="Reset"/>.</summary>
    public TimeSpan this[PipelineStage stage] => _elapsed[(int)stage];

    /// <summary>Starts again from nothing.</summary>
    public void Reset() => Array.Clear(_elapsed);

    /// <summary>All stages that took any time, in order.</summary>
    public IReadOnlyDictionary<PipelineStage, TimeSpan> ToDictionary() =>
        Enum.GetValues<PipelineStage>().Where(stage => this[stage] > TimeSpan.Zero).ToDictionary(stage => stage, stage => this[stage]);

    internal long Start() => time.GetTimestamp();

    internal void Stop(PipelineStage stage, long started) => _elapsed[(int)stage] += time.GetElapsedTime(started);
}
