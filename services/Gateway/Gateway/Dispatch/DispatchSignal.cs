using Limner.Gateway.Background;

namespace Limner.Gateway.Dispatch;

/// <summary>Wakes the dispatcher of this process.</summary>
internal sealed class DispatchSignal : WakeSignal;
