using System.Diagnostics.Metrics;
using Limner.Requests;
using Limner.ServiceDefaults.Telemetry;

namespace Limner.Encoder.Telemetry;

/// <summary>The Encoder's instruments; docs/runbook.md says what each tells. Where nobody listens they cost nothing.</summary>
internal sealed class EncoderMetrics
{
    private readonly Counter<long> _lookups;

    public EncoderMetrics(IMeterFactory meters, TimeProvider time)
    {
        Meter meter = meters.Create("Limner.Encoder");
        _lookups = meter.CreateCounter<long>("limner.encoder.cache.lookups", "{lookup}", "Conditioning that was looked for in the cache.");
        Prompts = new(meter.CreateHistogram("limner.encoder.prompt.duration", "s", "One job's prompt to conditioning of all its candidates.", null, HistogramBounds.Waits), time);
    }

    public StageDuration Prompts { get; }

    public void LookedUp(bool found) => _lookups.Add(1, new KeyValuePair<string, object?>("limner.cache.result", found ? "hit" : "miss"));
}
