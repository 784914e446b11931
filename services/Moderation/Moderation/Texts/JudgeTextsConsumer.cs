using Limner.Contracts.Moderation;
using Limner.Moderation.Policy;
using Limner.Moderation.Telemetry;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Limner.Moderation.Texts;

/// <summary>
/// Says what the prompt policy says of texts. Whoever asks bounds them; an exception goes back to him as a fault, never as a judgement. When he waits no more, what is left
/// is not judged: its time is that of the prompts behind it.
/// </summary>
internal sealed class JudgeTextsConsumer(PromptPolicy policy, ModerationMetrics metrics, TimeProvider time) : IConsumer<JudgeTexts>
{
    /// <summary>By which the clocks of two machines may differ: the time is that of whoever asks.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    public Task Consume(ConsumeContext<JudgeTexts> context)
    {
        long started = time.GetTimestamp();
        var judgements = new List<TextJudgement>(context.Message.Texts.Count);
        foreach (string text in context.Message.Texts)
        {
            if (context.ExpirationTime + ClockSkew < time.GetUtcNow())
            {
                return Task.CompletedTask;
            }

            judgements.Add(new TextJudgement([.. policy.JudgeAll(text)]));
        }

        metrics.Took(JudgedStage.Text, time.GetElapsedTime(started));
        foreach (TextJudgement judgement in judgements)
        {
            metrics.Count(JudgedStage.Text, judgement.Categories is [var first, ..] ? first : null);
        }

        return context.RespondAsync(new TextsJudged([.. judgements], policy.Version));
    }
}

internal sealed class JudgeTextsConsumerDefinition : ConsumerDefinition<JudgeTextsConsumer>
{
    /// <summary>Texts that somebody only asks about are no jobs, cost no quota and may be long: most turns stay with the prompts that are waited for.</summary>
    private const int Share = 4;

    public JudgeTextsConsumerDefinition(IOptions<ModerationOptions> options) => ConcurrentMessageLimit = Math.Max(1, options.Value.PromptsAtOnce / Share);
}
