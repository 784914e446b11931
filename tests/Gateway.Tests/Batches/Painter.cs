using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Contracts.Moderation;
using Limner.Contracts.Prompts;
using Limner.Gateway.Tests.Application;

namespace Limner.Gateway.Tests.Batches;

/// <summary>Does the stages' part for whatever a Gateway publishes, as each prompt says.</summary>
internal sealed class Painter : IAsyncDisposable
{
    public const string Refused = "refused", Failing = "failing", Waiting = "waiting", Rejected = "rejected";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly RunningGateway _gateway;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;

    public Painter(RunningGateway gateway)
    {
        _gateway = gateway;
        _work = WorkAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task WorkAsync()
    {
        while (true)
        {
            if (!_gateway.Stages.Submitted.TryDequeue(out JobDescription? job))
            {
                await Task.Delay(Pause, TimeProvider.System, _stop.Token);
                continue;
            }

            for (int candidate = 0; candidate < job.Request.Candidates; candidate++)
            {
                if (await ResultAsync(job, candidate) is { } result)
                {
                    await _gateway.Bus.Publish(result, _stop.Token);
                }
            }
        }
    }

    private async Task<object?> ResultAsync(JobDescription job, int candidate)
    {
        var work = new WorkDone(10, 40960, 0.5);
        return job.Request.Prompt switch
        {
            Refused => new PromptRejected(job.JobId, new Verdict("violence", "2026-11")),
            Failing => new StageFailed(job.JobId, null, JobStage.Encoding, "prompt_too_long", "The prompt has too many tokens."),
            Waiting => null,
            Rejected => new ImageRejected(job.JobId, candidate, await _gateway.DrawAsync(job.Tenant, job.JobId, candidate), new Verdict("violence", "2026-11"), work),
            _ => new ImageApproved(job.JobId, candidate, await _gateway.DrawAsync(job.Tenant, job.JobId, candidate), work),
        };
    }
}
