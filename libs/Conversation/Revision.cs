namespace Limner.Conversation;

/// <summary>A prompt after an instruction.</summary>
/// <param name="Prompt">What is to be drawn now.</param>
/// <param name="Topic">Which of its things the next instruction's <c>it</c> is, from 0.</param>
public sealed record Revision(string Prompt, int Topic);
