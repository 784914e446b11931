namespace Limner.ServiceDefaults.Outbound;

/// <summary>A request that a caller caused leads where it may not; the message says nothing of what was found there.</summary>
public sealed class RefusedAddressException(string message) : Exception(message);
