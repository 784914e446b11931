namespace Limner.ServiceDefaults.Rates;

/// <summary>One limit of several that a request may be under.</summary>
/// <param name="Name">Unique within its owner.</param>
/// <param name="PerMinute">Requests in a minute, from 1.</param>
public sealed record RequestBudget(string Name, int PerMinute)
{
    internal const long Minute = 60_000_000;

    /// <summary>Time in which the bucket gains one request, in microseconds.</summary>
    internal long Cost => Math.Max(1, Minute / PerMinute);
}
