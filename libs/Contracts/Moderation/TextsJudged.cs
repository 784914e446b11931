namespace Limner.Contracts.Moderation;

/// <summary>What the prompt policy says of texts: the answer to <see cref="JudgeTexts"/>.</summary>
/// <param name="Judgements">One for each text, in their order.</param>
/// <param name="PolicyVersion">The version of the policy.</param>
public sealed record TextsJudged(IReadOnlyList<TextJudgement> Judgements, string PolicyVersion);
