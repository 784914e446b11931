using Limner.Gateway.Webhooks.Events;
using Limner.Gateway.Webhooks.Signing;

namespace Limner.Gateway.Webhooks.Endpoints;

/// <summary>An endpoint as its owner sees it. The secret is in it when it has just been made, and never again.</summary>
internal sealed record EndpointView
{
    public required string Id { get; init; }

    public string Object { get; } = "webhook";

    public required string Url { get; init; }

    public required IReadOnlyList<string> Events { get; init; }

    public required bool Enabled { get; init; }

    public string? DisabledReason { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>What signs now, newest first.</summary>
    public required IReadOnlyList<SecretView> Secrets { get; init; }

    public string? Secret { get; init; }

    public static EndpointView Of(WebhookEndpoint endpoint, DateTimeOffset now) => new()
    {
        Id = WebhookId.Endpoint.Format(endpoint.Id),
        Url = endpoint.Url,
        Events = EventName.OfAll(endpoint.Events),
        Enabled = endpoint.Enabled,
        DisabledReason = endpoint.DisabledReason,
        CreatedAt = endpoint.Created,
        UpdatedAt = endpoint.Updated,
        Secrets = SecretView.Of(endpoint.Secrets, now),
    };
}

/// <summary>All of a tenant's endpoints, oldest first: there are few.</summary>
internal sealed record EndpointList(IReadOnlyList<EndpointView> Data)
{
    public string Object { get; } = "list";
}
