using Limner.Gateway.Jobs;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Waiting;

namespace Limner.Gateway.Tests.Waiting;

/// <summary>What another Gateway wrote down: this one's signals say nothing of it.</summary>
public sealed class WatchedJobsTests
{
    [Fact]
    public async Task A_look_tells_of_all_watched_jobs_that_have_changed_or_are_over_and_of_no_others()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(await TestDatabase.PostgresAsync());
        using GatewayClient client = await gateway.NewTenantAsync();
        Guid[] ended = [await client.SubmitAsync(), await client.SubmitAsync()];
        Guid open = await client.SubmitAsync(new { prompt = "two stars", n = 2 });
        await client.WaitAsync(open, "running");
        foreach (Guid job in ended)
        {
            await client.ApproveAsync(job);
            await client.WaitAsync(job, "completed");
        }

        var signals = new JobSignals();
        var told = new List<Guid>();
        foreach (Guid job in (Guid[])[.. ended, open])
        {
            signals.Watch(job, () => told.Add(job));
        }

        var watched = new WatchedJobs(gateway.Database, signals);
        await watched.LookAsync(TestContext.Current.CancellationToken);
        // Whether a new watcher has seen what there is nobody knows.
        Assert.Equal(ended.Append(open).Order(), told.Order());

        told.Clear();
        await watched.LookAsync(TestContext.Current.CancellationToken);
        Assert.Equal(ended.Order(), told.Order());

        await client.ApproveAsync(open);
        await Eventually.TrueAsync(async () =>
        {
            told.Clear();
            await watched.LookAsync(TestContext.Current.CancellationToken);
            return told.Contains(open);
        });
        Assert.Equal(ended.Append(open).Order(), told.Order());
    }
}
