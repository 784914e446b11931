using System.Globalization;

namespace Limner.Gateway.Limits;

/// <summary>A calendar month in UTC.</summary>
internal readonly record struct Month(DateTimeOffset Start)
{
    /// <summary>Like <c>2026-11</c>.</summary>
    public string Name => Start.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    public DateTimeOffset End => Start.AddMonths(1);

    public static Month Of(DateTimeOffset time) => new(new DateTimeOffset(time.UtcDateTime.Year, time.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero));
}
