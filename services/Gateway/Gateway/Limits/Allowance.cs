using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Limner.Gateway.Limits;

/// <summary>How much one may use: a key, or all keys of a tenant together (section <c>Limits</c>, the same for every tenant). Null is no limit.</summary>
internal sealed record Allowance
{
    public const int Most = 2_000_000_000;

    private const string Range = "it has to be a whole number from 1 to 2000000000, or empty for no limit.";

    public static Allowance Unlimited { get; } = new();

    [Range(1, Most, ErrorMessage = Range)]
    public int? RequestsPerMinute { get; init; }

    /// <summary>Interactive jobs that have not ended. Batch jobs wait by their nature and are limited by the queue.</summary>
    [Range(1, Most, ErrorMessage = Range)]
    public int? ConcurrentJobs { get; init; }

    /// <summary>Images drawn in a calendar month (UTC), whatever moderation says of them.</summary>
    [Range(1, Most, ErrorMessage = Range)]
    public int? MonthlyImages { get; init; }

    [Range(1, Most, ErrorMessage = Range)]
    public int? MonthlyComputeSeconds { get; init; }

    [JsonIgnore]
    public bool HasQuota => MonthlyImages is not null || MonthlyComputeSeconds is not null;
}
