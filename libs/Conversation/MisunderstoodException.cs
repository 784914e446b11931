namespace Limner.Conversation;

/// <summary>A text says what this world does not have; the message is one sentence or two for whoever wrote it, and says what would be understood.</summary>
public sealed class MisunderstoodException(string message) : Exception(message);
