using Limner.Gateway.Cancellation;
using Limner.Gateway.Tests.Application;
using Limner.ServiceDefaults.Cancellation;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.Cancellation;

public sealed class JobCancellationTests
{
    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_begun_reaches_the_workers_though_whoever_cancelled_did_not_wait_for_it()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite());
        using GatewayClient client = await gateway.NewTenantAsync();
        Guid job = await client.SubmitAsync();
        await client.WaitAsync(job, "running");
        TaskCompletionSource busy = new(TaskCreationOptions.RunContinuationsAsynchronously), write = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<bool> writing = gateway.Database.WriteAsync(async _ =>
        {
            busy.SetResult();
            await write.Task;
            return true;
        }, Now);
        await busy.Task;

        // The database is busy, and he gives up.
        using var leave = new CancellationTokenSource();
        Task<bool> cancelling = gateway.Services.GetRequiredService<JobCancellation>().CancelAsync(job, JobCancellation.ByOwner, leave.Token);
        await leave.CancelAsync();
        write.SetResult();
        await writing;

        Assert.True(await cancelling);
        await client.WaitAsync(job, "cancelled");
        await Eventually.TrueAsync(() => gateway.Stages.Cancelled.Contains(job));
        Assert.True(await gateway.Services.GetRequiredService<ICancelFlags>().IsRaisedAsync(job, Now));
    }
}
