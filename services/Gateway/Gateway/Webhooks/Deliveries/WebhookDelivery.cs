using Limner.Gateway.Webhooks.Events;

namespace Limner.Gateway.Webhooks.Deliveries;

/// <summary>One event on its way to one receiver: to an endpoint, or to the address that a job came with.</summary>
internal sealed record WebhookDelivery
{
    public required Guid Id { get; init; }

    public required string Tenant { get; init; }

    public required Guid EventId { get; init; }

    public required string Type { get; init; }

    public required string Payload { get; init; }

    public Guid? JobId { get; init; }

    public Guid? EndpointId { get; init; }

    /// <summary>Where to, if to no endpoint.</summary>
    public string? Url { get; init; }

    /// <summary>Deliveries of one lane go to one receiver: it has its own concurrency, and its own pause when it fails.</summary>
    public required string Lane { get; init; }

    public DeliveryState State { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>Since when it is tried: since it was made, or replayed.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When it is next to be taken up; null when it is over. While it is sent, when whoever sends it must have died.</summary>
    public DateTimeOffset? Due { get; init; }

    public bool IsSending { get; init; }

    public int Attempts { get; init; }

    /// <summary>Failures since <see cref="Since"/>.</summary>
    public int Failures { get; init; }

    /// <summary>The last attempts.</summary>
    public IReadOnlyList<DeliveryAttempt> Log { get; init; } = [];

    public DateTimeOffset? Finished { get; init; }

    /// <summary>Why it was given up.</summary>
    public string? Reason { get; init; }

    public static WebhookDelivery To(Guid endpoint, string lane, WebhookEvent told, DateTimeOffset now) => Of(told, lane, now) with { EndpointId = endpoint };

    public static WebhookDelivery To(Uri address, WebhookEvent told, DateTimeOffset now) =>
        Of(told, $"{told.Tenant} {address.GetLeftPart(UriPartial.Authority)}", now) with { Url = address.OriginalString };

    private static WebhookDelivery Of(WebhookEvent told, string lane, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        Tenant = told.Tenant,
        EventId = told.Id,
        Type = told.Type,
        Payload = told.Payload,
        JobId = told.JobId,
        Lane = lane,
        Created = now,
        Since = now,
        Due = now,
    };
}

/// <summary>The numbers stand in the database.</summary>
internal enum DeliveryState
{
    Pending = 0,
    Delivered = 1,
    Failed = 2,
}
