using System.ComponentModel.DataAnnotations;

namespace Limner.Encoder.Encoding;

/// <summary>How a process encodes.</summary>
internal sealed record EncoderOptions
{
    public const string Section = "Encoder";

    /// <summary>Candidates that the prior samples at a time, and jobs that are taken from the bus at a time.</summary>
    [Range(1, 256)]
    public int Slots { get; init; } = 8;

    /// <summary>How long conditioning waits in the cache for the Decoder. What it has forgotten is encoded again there.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "7.00:00:00")]
    public TimeSpan ConditioningTimeToLive { get; init; } = TimeSpan.FromHours(1);
}
