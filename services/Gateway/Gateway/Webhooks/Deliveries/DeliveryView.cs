using System.Text.Json.Nodes;

namespace Limner.Gateway.Webhooks.Deliveries;

/// <summary>A delivery as its owner sees it.</summary>
internal sealed record DeliveryView
{
    public required string Id { get; init; }

    public string Object { get; } = "webhook_delivery";

    /// <summary>The header <c>webhook-id</c>.</summary>
    public required string EventId { get; init; }

    public required string Type { get; init; }

    public required DeliveryState Status { get; init; }

    /// <summary>Why it was given up.</summary>
    public string? Reason { get; init; }

    /// <summary>Null for the address that a job came with.</summary>
    public string? WebhookId { get; init; }

    public string? JobId { get; init; }

    public required string Url { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? NextAttemptAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>All that there were; the list has the last thirty.</summary>
    public required int AttemptCount { get; init; }

    public required IReadOnlyList<AttemptView> Attempts { get; init; }

    /// <summary>The body that is sent; only where one is asked for alone.</summary>
    public JsonNode? Payload { get; init; }

    /// <param name="delivery">The row.</param>
    /// <param name="url">Where its endpoint is now; what is over shows where it was sent.</param>
    /// <param name="closed">Until when its lane is closed, if it is.</param>
    public static DeliveryView Of(WebhookDelivery delivery, string? url, IReadOnlyDictionary<string, DateTimeOffset> closed) => new()
    {
        Id = Webhooks.WebhookId.Delivery.Format(delivery.Id),
        EventId = Webhooks.WebhookId.Event.Format(delivery.EventId),
        Type = delivery.Type,
        Status = delivery.State,
        Reason = delivery.Reason,
        WebhookId = delivery.EndpointId is { } endpoint ? Webhooks.WebhookId.Endpoint.Format(endpoint) : null,
        JobId = delivery.JobId is { } job ? Jobs.JobId.Format(job) : null,
        Url = (delivery is { Due: null, Log: [.., var last] } ? last.Url : null) ?? delivery.Url ?? url ?? "",
        CreatedAt = delivery.Created,
        NextAttemptAt = delivery.IsSending ? null : delivery.Due < closed.GetValueOrDefault(delivery.Lane) ? closed[delivery.Lane] : delivery.Due,
        FinishedAt = delivery.Finished,
        AttemptCount = delivery.Attempts,
        Attempts = [.. delivery.Log.Select(AttemptView.Of)],
    };
}

/// <summary>One attempt; <paramref name="Error"/> is null if it was a success.</summary>
internal sealed record AttemptView(DateTimeOffset At, string Url, int? ResponseStatus, long LatencyMs, DeliveryError? Error, int? RetryAfter)
{
    public static AttemptView Of(DeliveryAttempt made) => new(made.At, made.Url, made.Status, made.Milliseconds, made.Error, (int?)made.RetryAfter?.TotalSeconds);
}

/// <summary>A part of a tenant's deliveries, newest first; <paramref name="NextCursor"/> is what <c>cursor</c> takes to go on, null at the end.</summary>
internal sealed record DeliveryPage(IReadOnlyList<DeliveryView> Data, bool HasMore, string? NextCursor)
{
    public string Object { get; } = "list";
}
