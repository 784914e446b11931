using System.ComponentModel.DataAnnotations;

namespace Limner.Gateway.Dispatch;

/// <summary>Section <c>Dispatch</c>.</summary>
internal sealed class DispatchOptions
{
    /// <summary>Candidates in the broker for each slot of the Decoder pool: enough that no slot waits for the Gateway, few enough that an interactive job is soon next.</summary>
    [Range(1.0, 100.0, ErrorMessage = "it has to be from 1 to 100.")]
    public double CandidatesPerSlot { get; set; } = 3;

    /// <summary>Candidates in the broker as long as no Decoder has said how many slots it has.</summary>
    [Range(1, 100_000, ErrorMessage = "it has to be from 1 to 100000.")]
    public int UnannouncedWindow { get; set; } = 16;

    /// <summary>How long after the workers came past it a running job may be silent before it is published again; twice as long after each attempt.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00", ErrorMessage = "it has to be from 1 second to 7 days.")]
    public TimeSpan SilentAfter { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How often to look for work that nobody told this process of: another Gateway's.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00", ErrorMessage = "it has to be from 10 milliseconds to 1 hour.")]
    public TimeSpan Poll { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long the broker may take to confirm before the jobs stay queued.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00", ErrorMessage = "it has to be from 100 milliseconds to 5 minutes.")]
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(5);
}
