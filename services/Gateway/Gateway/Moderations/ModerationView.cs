using Limner.Contracts.Moderation;

namespace Limner.Gateway.Moderations;

/// <summary>Judgements in the shape of OpenAI's API.</summary>
internal sealed record ModerationView(string Id, string Model, IReadOnlyList<ModerationResult> Results)
{
    public static ModerationView Of(TextsJudged judged) =>
        new($"modr-{Guid.NewGuid():N}", $"limner-policy-{judged.PolicyVersion}", [.. judged.Judgements.Select(ModerationResult.Of)]);
}

/// <param name="Flagged">Whether a prompt like it is refused.</param>
/// <param name="Categories">Whether each category refuses it. Categories of the policy that OpenAI has not stand beside OpenAI's under their own names when they do.</param>
/// <param name="CategoryScores">1 where it does and 0 where not: the policy knows nothing in between.</param>
/// <param name="CategoryAppliedInputTypes">Always the text.</param>
internal sealed record ModerationResult(
    bool Flagged, IReadOnlyDictionary<string, bool> Categories, IReadOnlyDictionary<string, double> CategoryScores, IReadOnlyDictionary<string, string[]> CategoryAppliedInputTypes)
{
    /// <summary>OpenAI's categories, and which of the policy's each stands for; the others are never flagged.</summary>
    private static readonly (string Name, string Ours)[] Known =
    [
        ("harassment", ""), ("harassment/threatening", ""), ("hate", "hate"), ("hate/threatening", ""), ("illicit", ""), ("illicit/violent", ""),
        ("self-harm", "self_harm"), ("self-harm/intent", ""), ("self-harm/instructions", ""),
        ("sexual", "sexual"), ("sexual/minors", "minors"), ("violence", "violence"), ("violence/graphic", ""),
    ];

    private static readonly string[] Text = ["text"];

    public static ModerationResult Of(TextJudgement judgement)
    {
        Dictionary<string, bool> flags = Known.ToDictionary(category => category.Name, category => judgement.Categories.Contains(category.Ours));
        foreach (string other in judgement.Categories.Except(Known.Select(category => category.Ours)))
        {
            flags[other] = true;
        }

        return new ModerationResult(
            judgement.Categories.Count > 0, flags, flags.ToDictionary(flag => flag.Key, flag => flag.Value ? 1.0 : 0.0), flags.ToDictionary(flag => flag.Key, _ => Text));
    }
}
