using System.ComponentModel.DataAnnotations;

namespace Limner.Gateway.Webhooks.Deliveries;

/// <summary>Which deliveries a list is to have.</summary>
/// <remarks>For the API's document alone: <see cref="DeliveryFilter"/> reads it.</remarks>
internal sealed record DeliveryQuery
{
    /// <summary>Those to one webhook.</summary>
    public string? Webhook { get; init; }

    /// <summary>Those of one job.</summary>
    public string? Job { get; init; }

    public DeliveryState? Status { get; init; }

    [AllowedValues("job.completed", "job.failed", "job.cancelled", "job.progress", "webhook.test")]
    public string? Type { get; init; }

    /// <summary>The next_cursor of the page before.</summary>
    public string? Cursor { get; init; }

    [Range(1, 100)]
    public int? Limit { get; init; }
}
