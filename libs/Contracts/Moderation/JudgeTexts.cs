namespace Limner.Contracts.Moderation;

/// <summary>Asks what the prompt policy says of texts, without a job. Gateway to Moderation, answered with <see cref="TextsJudged"/>.</summary>
/// <param name="Texts">The texts.</param>
public sealed record JudgeTexts(IReadOnlyList<string> Texts);
