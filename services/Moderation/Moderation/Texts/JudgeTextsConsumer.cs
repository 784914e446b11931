using Limner.Contracts.Moderation;
using Limner.Moderation.Policy;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Limner.Moderation.Texts;

/// <summary>Says what the prompt policy says of texts. Whoever asks bounds them; an exception goes back to him as a fault, never as a judgement.</summary>
internal sealed class JudgeTextsConsumer(PromptPolicy policy) : IConsumer<JudgeTexts>
{
    public Task Consume(ConsumeContext<JudgeTexts> context) => context.RespondAsync(
        new TextsJudged([.. context.Message.Texts.Select(text => new TextJudgement([.. policy.JudgeAll(text)]))], policy.Version));
}

internal sealed class JudgeTextsConsumerDefinition : ConsumerDefinition<JudgeTextsConsumer>
{
    public JudgeTextsConsumerDefinition(IOptions<ModerationOptions> options) => ConcurrentMessageLimit = options.Value.PromptsAtOnce;
}
