using Limner.Gateway.Background;

namespace Limner.Gateway.Webhooks.Deliveries;

/// <summary>Wakes who sends webhooks in this process.</summary>
internal sealed class DeliverySignal : WakeSignal;
