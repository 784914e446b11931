namespace Limner.Gateway.Usage;

/// <summary>Whose usage, and of which days.</summary>
/// <remarks>For the API's document alone: <see cref="UsageFilter"/> reads it.</remarks>
internal sealed record UsageQuery
{
    /// <summary>Another tenant's asks for the scope admin.</summary>
    public string? Tenant { get; init; }

    /// <summary>The first day, in UTC. Absent: the first of the month.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day, in UTC. Absent: today.</summary>
    public DateOnly? To { get; init; }

    /// <summary>One key's alone.</summary>
    public string? Key { get; init; }
}
