using System.Collections.Concurrent;
using Limner.Contracts.Jobs;
using Limner.Contracts.Moderation;
using MassTransit;

namespace Limner.Gateway.Tests.Application;

/// <summary>Stands where the stages stand: takes what the Gateway publishes, and throws at a prompt that says so.</summary>
internal sealed class Stages
{
    public const string Poison = "poison";

    private readonly ConcurrentDictionary<Guid, bool> _taken = new();

    public ConcurrentQueue<JobDescription> Submitted { get; } = new();

    public ConcurrentQueue<Guid> Cancelled { get; } = new();

    /// <summary>Waits for a tenant's next job that nobody asked for here yet.</summary>
    public async Task<JobDescription> NextOfAsync(string tenant)
    {
        JobDescription? next = null;
        await Eventually.TrueAsync(() =>
        {
            next = Submitted.FirstOrDefault(job => job.Tenant == tenant && !_taken.ContainsKey(job.JobId));
            return next is not null && _taken.TryAdd(next.JobId, true);
        });
        return next!;
    }

    public int CountOf(Guid job) => Submitted.Count(seen => seen.JobId == job);
}

internal sealed class StagesConsumer(Stages stages) : IConsumer<JobSubmitted>, IConsumer<JobCancelled>
{
    public Task Consume(ConsumeContext<JobSubmitted> context)
    {
        stages.Submitted.Enqueue(context.Message.Job);
        return context.Message.Job.Request.Prompt == Stages.Poison ? throw new InvalidOperationException("secret=hunter2") : Task.CompletedTask;
    }

    public Task Consume(ConsumeContext<JobCancelled> context)
    {
        stages.Cancelled.Enqueue(context.Message.JobId);
        return Task.CompletedTask;
    }
}

/// <summary>Stands where Moderation stands: a text that names a category is refused by it.</summary>
internal sealed class JudgesConsumer : IConsumer<JudgeTexts>
{
    private static readonly string[] Categories = ["sexual", "minors", "violence", "living_artists"];

    public Task Consume(ConsumeContext<JudgeTexts> context) => context.Message.Texts.Contains(Stages.Poison)
        ? throw new InvalidOperationException("secret=hunter2")
        : context.RespondAsync(new TextsJudged([.. context.Message.Texts.Select(text => new TextJudgement([.. Categories.Where(name => text.Contains(name, StringComparison.Ordinal))]))], "2026-11"));
}
