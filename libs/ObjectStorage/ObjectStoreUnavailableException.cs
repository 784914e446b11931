namespace Limner.ObjectStorage;

/// <summary>The store cannot be reached or is full: worth another attempt later.</summary>
public sealed class ObjectStoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
