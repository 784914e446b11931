namespace Limner.Gateway.Webhooks.Events;

/// <summary>Something that happened, ready to be told to each who asked for it.</summary>
internal sealed record WebhookEvent(Guid Id, string Tenant, string Type, string Payload, Guid? JobId);
