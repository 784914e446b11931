using Limner.Contracts.Moderation;
using Limner.Moderation.Policy;
using MassTransit;

namespace Limner.Moderation.Tests.Stages;

/// <summary>Questions about texts that belong to no job.</summary>
public sealed class TextTests
{
    private static readonly Dictionary<string, string?> Unchecked = new() { ["Moderation:Images:Unchecked"] = "true" };

    [Fact]
    public async Task Each_text_is_answered_with_every_category_that_refuses_it()
    {
        await using var moderation = new RunningModeration(Unchecked);
        await moderation.StartAsync();
        IRequestClient<JudgeTexts> client = moderation.Service<IBus>().CreateRequestClient<JudgeTexts>();

        Response<TextsJudged> answer = await client.GetResponse<TextsJudged>(new JudgeTexts(["a killer whale", "a n4ked w0man", "a naked man with a severed head", ""]), TestContext.Current.CancellationToken);

        Assert.Equal(PolicyFile.Read(Repository.PolicyFile).Version, answer.Message.PolicyVersion);
        Assert.Equal(["", "sexual", "sexual violence", ""], answer.Message.Judgements.Select(judgement => string.Join(' ', judgement.Categories.Order(StringComparer.Ordinal))));
    }
}
