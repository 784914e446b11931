using Limner.Gateway.Webhooks.Signing;

namespace Limner.Gateway.Webhooks.Deliveries;

/// <summary>A delivery that is ours to send: where to, and the secrets that sign it with whose they are.</summary>
internal sealed record ClaimedDelivery(WebhookDelivery Delivery, string Url, IReadOnlyList<SealedSecret> Secrets, string Owner);
