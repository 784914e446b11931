namespace Limner.ServiceDefaults.Messaging;

/// <summary>Something outside is not there at the moment: the message is worth another attempt, unchanged.</summary>
public sealed class TransientException(string message, Exception? inner = null) : Exception(message, inner);
