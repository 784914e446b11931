using System.Diagnostics.Metrics;
using Limner.Decoder.Decoding;
using Limner.Requests;
using Limner.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Options;

namespace Limner.Decoder.Telemetry;

/// <summary>The Decoder's instruments; docs/runbook.md says what each tells. Where nobody listens they cost nothing.</summary>
internal sealed class DecoderMetrics
{
    private static readonly InstrumentAdvice<int> Rows = new() { HistogramBucketBoundaries = [1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 128, 256, 512] };

    private readonly Histogram<double> _steps;
    private readonly Histogram<int> _batches;
    private readonly Histogram<double> _pngs;
    private readonly Histogram<double> _stores;
    private readonly Counter<long> _lookups;
    private Func<int> _busy = () => 0;

    public DecoderMetrics(IMeterFactory meters, IOptions<DecoderOptions> options, TimeProvider time)
    {
        Meter meter = meters.Create("Limner.Decoder");
        meter.CreateObservableUpDownCounter("limner.decoder.slot.limit", () => options.Value.Slots, "{slot}", "Candidates that may be under way at a time.");
        meter.CreateObservableUpDownCounter("limner.decoder.slot.usage", () => _busy(), "{slot}", "Candidates under way.");
        _steps = meter.CreateHistogram("limner.decoder.step.duration", "s", "One run of a network.", null, HistogramBounds.Moments);
        _batches = meter.CreateHistogram("limner.decoder.batch.size", "{row}", "Rows that one run of a network had.", null, Rows);
        _pngs = meter.CreateHistogram("limner.decoder.png.duration", "s", "Making a PNG of a picture.", null, HistogramBounds.Moments);
        _stores = meter.CreateHistogram("limner.decoder.store.duration", "s", "Storing a PNG, waiting for the store included.", null, HistogramBounds.Moments);
        _lookups = meter.CreateCounter<long>("limner.decoder.cache.lookups", "{lookup}", "Conditioning that was looked for in the cache.");
        Candidates = new(meter.CreateHistogram("limner.decoder.candidate.duration", "s", "One candidate, from its message to the stored image.", null, HistogramBounds.Waits), time);
    }

    public StageDuration Candidates { get; }

    /// <summary>Whether anybody wants to know of steps: else the clock need not be read.</summary>
    public bool WantsSteps => _steps.Enabled || _batches.Enabled;

    /// <summary>Names who knows how many slots are busy.</summary>
    public void Watch(Func<int> busy) => _busy = busy;

    public void Stepped(string network, int rows, TimeSpan elapsed)
    {
        var tag = new KeyValuePair<string, object?>("limner.decoder.network", network);
        _steps.Record(elapsed.TotalSeconds, tag);
        _batches.Record(rows, tag);
    }

    public void MadePng(TimeSpan elapsed) => _pngs.Record(elapsed.TotalSeconds);

    public void Stored(TimeSpan elapsed) => _stores.Record(elapsed.TotalSeconds);

    public void LookedUp(bool found) => _lookups.Add(1, new KeyValuePair<string, object?>("limner.cache.result", found ? "hit" : "miss"));
}
