using System.Text.Json.Serialization;

namespace Limner.Gateway.Keys;

/// <summary>A key as an operator sees it.</summary>
internal sealed record KeyView
{
    public required string Id { get; init; }

    public string Object { get; } = "key";

    /// <summary>How it begins.</summary>
    public required string Prefix { get; init; }

    public required string Tenant { get; init; }

    public required string Name { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    public required int? RequestsPerMinute { get; init; }

    public required int? ConcurrentJobs { get; init; }

    public required int? MonthlyImages { get; init; }

    public required int? MonthlyComputeSeconds { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset? ExpiresAt { get; init; }

    public required DateTimeOffset? RevokedAt { get; init; }

    /// <summary>The key itself: in the reply that made it, and never again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Key { get; init; }

    public static KeyView Of(ApiKey key) => new()
    {
        Id = KeyId.Format(key.Id),
        Prefix = key.Prefix,
        Tenant = key.Tenant,
        Name = key.Name,
        Scopes = ScopeNames.Format(key.Scopes),
        RequestsPerMinute = key.Allowance.RequestsPerMinute,
        ConcurrentJobs = key.Allowance.ConcurrentJobs,
        MonthlyImages = key.Allowance.MonthlyImages,
        MonthlyComputeSeconds = key.Allowance.MonthlyComputeSeconds,
        CreatedAt = key.Created,
        ExpiresAt = key.Expires,
        RevokedAt = key.Revoked,
    };
}

/// <summary>A part of the keys, newest first; <paramref name="NextCursor"/> is what <c>cursor</c> takes to go on, null at the end.</summary>
internal sealed record KeyPage(IReadOnlyList<KeyView> Data, bool HasMore, string? NextCursor)
{
    public string Object { get; } = "list";
}
