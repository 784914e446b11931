using System.ComponentModel.DataAnnotations;
using Limner.Gateway.Limits;

namespace Limner.Gateway.Keys;

/// <summary>The body of <c>POST /v1/keys</c>.</summary>
/// <remarks>For the API's document alone: <see cref="KeyReader"/> reads it.</remarks>
internal sealed record KeyBody
{
    /// <summary>Whose key it is to be.</summary>
    [RegularExpression("^[a-z0-9][a-z0-9_-]{0,62}$")]
    public required string Tenant { get; init; }

    [MaxLength(100)]
    public string? Name { get; init; }

    /// <summary>Some of generate, read and admin. Absent: generate and read.</summary>
    [MinLength(1)]
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>Absent, like the other three: no limit.</summary>
    [Range(1, Allowance.Most)]
    public int? RequestsPerMinute { get; init; }

    /// <summary>Interactive jobs that have not ended.</summary>
    [Range(1, Allowance.Most)]
    public int? ConcurrentJobs { get; init; }

    [Range(1, Allowance.Most)]
    public int? MonthlyImages { get; init; }

    [Range(1, Allowance.Most)]
    public int? MonthlyComputeSeconds { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>The body of <c>PATCH /v1/keys/{id}</c>: what is absent stays as it is; null takes a limit, or the end, away.</summary>
/// <remarks>For the API's document alone: <see cref="KeyReader"/> reads it.</remarks>
internal sealed record KeyChangeBody
{
    [MaxLength(100)]
    public string? Name { get; init; }

    [Range(1, Allowance.Most)]
    public int? RequestsPerMinute { get; init; }

    /// <summary>Interactive jobs that have not ended.</summary>
    [Range(1, Allowance.Most)]
    public int? ConcurrentJobs { get; init; }

    /// <summary>What was taken this month stays taken.</summary>
    [Range(1, Allowance.Most)]
    public int? MonthlyImages { get; init; }

    [Range(1, Allowance.Most)]
    public int? MonthlyComputeSeconds { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>Which keys a list is to have.</summary>
internal sealed record KeyQuery
{
    public string? Tenant { get; init; }

    /// <summary>The next_cursor of the page before.</summary>
    public string? Cursor { get; init; }

    [Range(1, 100)]
    public int? Limit { get; init; }
}
