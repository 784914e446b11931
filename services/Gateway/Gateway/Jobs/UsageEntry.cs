namespace Limner.Gateway.Jobs;

/// <summary>What is counted and charged: one for each candidate that was drawn, whatever moderation said of it.</summary>
internal sealed record UsageEntry(Guid JobId, int Candidate, string Tenant, DateTimeOffset At, int Steps, long PixelSteps, double ComputeSeconds)
{
    /// <summary>By which key; null if that was before keys had names.</summary>
    public Guid? KeyId { get; init; }

    /// <summary>Name and version of the model that drew it; empty if its worker did not say.</summary>
    public string Model { get; init; } = "";

    /// <summary>The day of <see cref="At"/> in UTC, which not every database can work out.</summary>
    public required DateOnly Day { get; init; }
}
