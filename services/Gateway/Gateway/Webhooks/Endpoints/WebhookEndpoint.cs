using Limner.Gateway.Webhooks.Events;
using Limner.Gateway.Webhooks.Signing;

namespace Limner.Gateway.Webhooks.Endpoints;

/// <summary>Where a tenant wants to be told what.</summary>
internal sealed record WebhookEndpoint
{
    /// <summary>Why an endpoint was disabled that its owner has not.</summary>
    public const string Gone = "gone";

    public required Guid Id { get; init; }

    public required string Tenant { get; init; }

    public required string Url { get; init; }

    public required WebhookEvents Events { get; init; }

    public bool Enabled { get; init; } = true;

    public string? DisabledReason { get; init; }

    /// <summary>Grows when the address changes or is enabled: what was learned of the receiver before no longer counts.</summary>
    public int Revision { get; init; }

    public required IReadOnlyList<SealedSecret> Secrets { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Updated { get; init; }

    public string Lane => $"{Id:N}.{Revision}";

    public string Owner => OwnerOf(Id);

    public static string OwnerOf(Guid id) => $"endpoint {id:N}";
}
