using System.ComponentModel.DataAnnotations;
using Limner.Contracts.Jobs;
using Limner.Gateway.Jobs;

namespace Limner.Gateway.Views;

/// <summary>Which jobs a list is to have.</summary>
/// <remarks>For the API's document alone: <see cref="JobFilter"/> reads it.</remarks>
internal sealed record JobQuery
{
    public JobState? Status { get; init; }

    public JobPriority? Priority { get; init; }

    /// <summary>Those of one batch.</summary>
    public string? BatchId { get; init; }

    public DateTimeOffset? CreatedAfter { get; init; }

    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>The next_cursor of the page before.</summary>
    public string? Cursor { get; init; }

    [Range(1, 100)]
    public int? Limit { get; init; }
}
