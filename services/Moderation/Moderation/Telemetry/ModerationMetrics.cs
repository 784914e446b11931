using System.Diagnostics.Metrics;
using Limner.ServiceDefaults.Telemetry;

namespace Limner.Moderation.Telemetry;

/// <summary>Moderation's instruments; docs/runbook.md says what each tells. Nothing of what was judged is in them, and where nobody listens they cost nothing.</summary>
internal sealed class ModerationMetrics
{
    private readonly Counter<long> _verdicts;
    private readonly Histogram<double> _durations;

    public ModerationMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create("Limner.Moderation");
        _verdicts = meter.CreateCounter<long>("limner.moderation.verdicts", "{verdict}", "Verdicts.");
        _durations = meter.CreateHistogram("limner.moderation.judgement.duration", "s", "From a message to its verdict.", null, HistogramBounds.Moments);
    }

    /// <summary>A message was judged.</summary>
    /// <param name="stage">What was judged.</param>
    /// <param name="category">What refused it; null if nothing did.</param>
    /// <param name="elapsed">How long it took.</param>
    public void Judged(JudgedStage stage, string? category, TimeSpan elapsed)
    {
        Count(stage, category);
        Took(stage, elapsed);
    }

    public void Count(JudgedStage stage, string? category)
    {
        if (category is null)
        {
            _verdicts.Add(1, Tag(stage), new("limner.moderation.verdict", "approved"));
        }
        else
        {
            _verdicts.Add(1, Tag(stage), new("limner.moderation.verdict", "rejected"), new("limner.moderation.category", category));
        }
    }

    public void Took(JudgedStage stage, TimeSpan elapsed) => _durations.Record(elapsed.TotalSeconds, Tag(stage));

    private static KeyValuePair<string, object?> Tag(JudgedStage stage) => new("limner.moderation.stage", stage switch
    {
        JudgedStage.Prompt => "prompt",
        JudgedStage.Image => "image",
        _ => "text",
    });
}

/// <summary>What a verdict is about.</summary>
internal enum JudgedStage
{
    /// <summary>All that a job says and shows.</summary>
    Prompt,

    /// <summary>A finished picture.</summary>
    Image,

    /// <summary>A text that belongs to no job.</summary>
    Text,
}
