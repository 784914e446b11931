namespace Limner.Contracts.Moderation;

/// <summary>What the prompt policy says of one text.</summary>
/// <param name="Categories">Every category that refuses it; none if it may be drawn.</param>
public sealed record TextJudgement(IReadOnlyList<string> Categories);
