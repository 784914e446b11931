namespace Limner.Gateway.Usage;

/// <summary>What a tenant used, by day, key and model, and what is taken of its quotas.</summary>
internal sealed record UsageView
{
    public string Object { get; } = "usage";

    public required string Tenant { get; init; }

    /// <summary>First and last day, in UTC.</summary>
    public required DateOnly From { get; init; }

    public required DateOnly To { get; init; }

    public required IReadOnlyList<UsageRow> Data { get; init; }

    public required UsageTotal Total { get; init; }

    public required IReadOnlyList<QuotaView> Quotas { get; init; }
}

/// <summary>One day of one key on one model; <paramref name="Key"/> is null, and <paramref name="Model"/> empty, for what was drawn before they were noted.</summary>
internal sealed record UsageRow(DateOnly Day, string? Key, string? KeyName, string Model, long Images, long Steps, long PixelSteps, double ComputeSeconds);

internal sealed record UsageTotal(long Images, long Steps, long PixelSteps, double ComputeSeconds)
{
    public static UsageTotal Of(IReadOnlyCollection<UsageRow> rows) =>
        new(rows.Sum(row => row.Images), rows.Sum(row => row.Steps), rows.Sum(row => row.PixelSteps), rows.Sum(row => row.ComputeSeconds));
}

/// <summary>A quota of this month: the tenant's if <paramref name="Key"/> is null. Taken is what was used, and what is reserved for jobs that have not ended.</summary>
internal sealed record QuotaView(string? Key, string Month, QuotaPart? Images, QuotaPart? ComputeSeconds);

internal sealed record QuotaPart(double Limit, double Taken)
{
    public double Remaining => Math.Max(0, Limit - Taken);

    public static QuotaPart? Of(int? limit, double taken) => limit is { } most ? new QuotaPart(most, Math.Round(taken, 3)) : null;
}
