using System.Diagnostics.Metrics;

namespace Limner.ServiceDefaults.Telemetry;

/// <summary>Where histograms have their boundaries, in seconds: those that a collector takes by default are made for milliseconds.</summary>
public static class HistogramBounds
{
    /// <summary>For what takes from a millisecond to some seconds: a step, a judgement, a call.</summary>
    public static InstrumentAdvice<double> Moments { get; } =
        new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] };

    /// <summary>For what takes from a tenth of a second to the longest deadline, a week: a candidate, a job.</summary>
    public static InstrumentAdvice<double> Waits { get; } =
        new() { HistogramBucketBoundaries = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14_400, 86_400, 604_800] };
}
