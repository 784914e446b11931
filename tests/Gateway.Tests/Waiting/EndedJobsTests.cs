using Limner.Gateway.Jobs;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Waiting;

namespace Limner.Gateway.Tests.Waiting;

/// <summary>Ends that another Gateway wrote down: this one's signals say nothing of them.</summary>
public sealed class EndedJobsTests
{
    [Fact]
    public async Task One_look_tells_of_all_watched_jobs_that_are_over_and_of_no_others()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(await TestDatabase.PostgresAsync());
        using GatewayClient client = await gateway.NewTenantAsync();
        Guid[] ended = [await client.SubmitAsync(), await client.SubmitAsync()];
        Guid open = await client.SubmitAsync();
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

        await new EndedJobs(gateway.Database, signals).LookAsync(TestContext.Current.CancellationToken);

        Assert.Equal(ended.Order(), told.Order());
    }
}
