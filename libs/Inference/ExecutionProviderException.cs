namespace Limner.Inference;

/// <summary>An execution provider was asked for by name and cannot be had; the message says which and why.</summary>
public sealed class ExecutionProviderException(string message, Exception? inner = null) : Exception(message, inner);
