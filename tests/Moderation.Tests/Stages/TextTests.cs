using Limner.Contracts.Moderation;
using Limner.Fixtures.Telemetry;
using Limner.Fixtures.Workers;
using Limner.Moderation.Policy;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

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

    [Fact]
    public async Task What_nobody_waits_for_is_not_judged()
    {
        var time = new ManualTime();
        time.Advance(TimeSpan.FromHours(1));
        await using var moderation = new RunningModeration(Unchecked, services => services.AddSingleton<TimeProvider>(time));
        await moderation.StartAsync();
        using var verdicts = new Measured<long>(moderation.Service<IServiceProvider>(), "Limner.Moderation", "limner.moderation.verdicts");
        IBus bus = moderation.Service<IBus>();

        await bus.Publish(new JudgeTexts(["a killer whale"]), message => message.TimeToLive = TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        await bus.CreateRequestClient<JudgeTexts>(RequestTimeout.After(h: 2)).GetResponse<TextsJudged>(new JudgeTexts(["a horse", "a cat"]), TestContext.Current.CancellationToken);

        Assert.Equal(2, verdicts.Values.Count);
    }
}
