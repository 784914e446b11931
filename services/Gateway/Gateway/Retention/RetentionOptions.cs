using System.ComponentModel.DataAnnotations;

namespace Limner.Gateway.Retention;

/// <summary>Section <c>Retention</c>.</summary>
internal sealed class RetentionOptions
{
    /// <summary>How long a finished job and its images are kept. An idempotency key lives as long as its job, or so long, and is promised for a day.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00", ErrorMessage = "it has to be from 1 day to 3650 days.")]
    public TimeSpan Period { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long the entry of each image that was drawn is kept; what they add up to by day, key and model is kept for ever.</summary>
    /// <remarks>Quotas settle a job, which lasts for at most 30 days, with its entries, and a new quota begins with those of the month's jobs.</remarks>
    [Range(typeof(TimeSpan), "35.00:00:00", "3650.00:00:00", ErrorMessage = "it has to be from 35 days to 3650 days.")]
    public TimeSpan Usage { get; set; } = TimeSpan.FromDays(40);

    /// <summary>How old an object has to be before it can be taken for an orphan: nobody may still be about to report it.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00", ErrorMessage = "it has to be from 1 minute to 3650 days.")]
    public TimeSpan OrphanAge { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Time between two looks for orphans, each of which lists the whole bucket: one for all Gateways.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00", ErrorMessage = "it has to be from 1 second to 30 days.")]
    public TimeSpan OrphanInterval { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Time between two sweeps: one for all Gateways.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00", ErrorMessage = "it has to be from 1 second to 7 days.")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromHours(1);
}
