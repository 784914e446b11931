using System.Data.Common;
using System.Text.Json.Nodes;
using Limner.Contracts.Jobs;
using Limner.Contracts.Workers;
using Limner.Gateway.Database;
using Limner.Gateway.Dispatch;
using Limner.Gateway.Jobs;
using Limner.Gateway.Telemetry;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Database;
using Limner.Gateway.Webhooks.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.Dispatch;

public sealed class DispatcherTests
{
    private static readonly (string, string)[] Asleep = [("Dispatch:Poll", "01:00:00")];

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task The_broker_gets_no_more_than_the_window_and_interactive_jobs_first(string provider)
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(await MigrationTests.NewAsync(provider), settings: [("Dispatch:UnannouncedWindow", "2")]);
        using GatewayClient first = await gateway.NewTenantAsync(), second = await gateway.NewTenantAsync();
        Guid[] batch = [await first.SubmitAsync(Batch), await first.SubmitAsync(Batch), await first.SubmitAsync(Batch), await second.SubmitAsync(Batch)];
        await Eventually.TrueAsync(() => gateway.Stages.Submitted.Count == 2);
        Guid interactive = await first.SubmitAsync();
        JsonNode queue = (await first.GetAsync(interactive))["queue"]!;
        Assert.Equal(1, (int)queue["position"]!);
        Assert.Equal("queued", (string?)(await first.GetAsync(interactive))["status"]);

        await first.ApproveAsync(batch[0]);
        await Eventually.TrueAsync(() => gateway.Stages.Submitted.Count == 3);
        Assert.Equal(interactive, gateway.Stages.Submitted.Last().JobId);

        // Nothing more, until somebody says that there is more room.
        await gateway.Bus.Publish(new WorkerAnnounced("w", JobStage.Decoding, 4, "m"), TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => gateway.Stages.Submitted.Count == 5);
        Assert.All(batch, id => Assert.Equal(1, gateway.Stages.CountOf(id)));
    }

    [Fact]
    public async Task A_busy_pool_gets_its_next_jobs_when_there_is_room_for_several()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite(), settings: [("Dispatch:UnannouncedWindow", "24")]);
        using GatewayClient client = await gateway.NewTenantAsync();
        var running = new List<Guid>();
        foreach (int n in new[] { 10, 10, 2 })
        {
            running.Add(await client.SubmitAsync(new { prompt = "a star", n }));
            await client.WaitAsync(running[^1], "running");
        }

        // Two of twenty-four places are free.
        Guid next = await client.SubmitAsync();
        Assert.Equal(0, await gateway.Services.GetRequiredService<Dispatcher>().ReleaseAsync(TestContext.Current.CancellationToken));
        Assert.Equal("queued", (string?)(await client.GetAsync(next))["status"]);

        await client.ApproveAsync(running[0]);
        await client.WaitAsync(next, "running");
    }

    [Fact]
    public async Task Another_tenants_first_job_does_not_wait_for_a_tenants_hundred()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(await TestDatabase.PostgresAsync(), settings: [("Dispatch:UnannouncedWindow", "1")]);
        using GatewayClient many = await gateway.NewTenantAsync(), one = await gateway.NewTenantAsync();
        for (int i = 0; i < 100; i++)
        {
            await many.SubmitAsync();
        }

        Guid wanted = await one.SubmitAsync();
        int ahead = 0;
        while (gateway.Stages.CountOf(wanted) == 0)
        {
            await Eventually.TrueAsync(() => gateway.Stages.Submitted.Count > ahead);
            JobDescription running = gateway.Stages.Submitted.ElementAt(ahead++);
            await (running.Tenant == many.Tenant ? many : one).ApproveAsync(running.JobId);
        }

        Assert.InRange(ahead, 1, 3);
    }

    [Fact]
    public async Task Gateways_side_by_side_release_every_job_once()
    {
        TestDatabase database = await TestDatabase.PostgresAsync();
        await using RunningGateway first = await RunningGateway.StartAsync(database), second = await RunningGateway.StartAsync(database), third = await RunningGateway.StartAsync(database);
        RunningGateway[] all = [first, second, third];
        GatewayClient[] clients = await Task.WhenAll(all.Select(gateway => gateway.NewTenantAsync()));
        await Task.WhenAll(clients.SelectMany(client => Enumerable.Range(0, 60).Select(_ => client.SubmitAsync())));
        await using GatewayContext context = first.Database.Read();
        // Messages arrive before the rows are marked: only when all are, nothing more can come.
        await Eventually.TrueAsync(async () => await context.Jobs.CountAsync(job => job.State == JobState.Running, TestContext.Current.CancellationToken) == 180);

        Assert.Equal(180, await context.Jobs.CountAsync(job => job.Attempts == 1, TestContext.Current.CancellationToken));
        await Eventually.TrueAsync(() => all.Sum(gateway => gateway.Stages.Submitted.Count) >= 180);
        Guid[] released = [.. all.SelectMany(gateway => gateway.Stages.Submitted).Select(job => job.JobId)];
        Assert.Equal(180, released.Length);
        Assert.Equal(180, released.Distinct().Count());
        Assert.Equal(180, await context.Events.CountAsync(told => told.Kind == JobEventKind.Running, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_crash_between_publishing_and_committing_publishes_again_and_ends_once(string provider)
    {
        TestDatabase database = await MigrationTests.NewAsync(provider);
        await using RunningGateway gateway = await RunningGateway.StartAsync(database, settings: [("Dispatch:UnannouncedWindow", "1"), .. Asleep]);
        using GatewayClient client = await gateway.NewTenantAsync();
        Guid blocker = await client.SubmitAsync();
        await client.WaitAsync(blocker, "running");
        Guid job = await client.SubmitAsync();

        using Transactions dying = Contexts.Open(database, new CommitsNot());
        var pool = new WorkerPool(Microsoft.Extensions.Options.Options.Create(new DispatchOptions { UnannouncedWindow = 10 }), TimeProvider.System);
        var dispatcher = new Dispatcher(dying, gateway.Services.GetRequiredService<Publisher>(), pool, new JobSignals(), gateway.Services.GetRequiredService<ProgressFollower>(),
            gateway.Services.GetRequiredService<GatewayMetrics>(), TimeProvider.System);
        await Assert.ThrowsAsync<InvalidOperationException>(() => dispatcher.ReleaseAsync(TestContext.Current.CancellationToken));
        await Eventually.TrueAsync(() => gateway.Stages.CountOf(job) == 1);
        Assert.Equal("queued", (string?)(await client.GetAsync(job))["status"]);

        await client.ApproveAsync(blocker);
        await Eventually.TrueAsync(() => gateway.Stages.CountOf(job) == 2);
        await client.WaitAsync(job, "running");
        await client.ApproveAsync(job);
        await client.ApproveAsync(job);
        await client.WaitAsync(job, "completed");
        await using GatewayContext context = gateway.Database.Read();
        Assert.Equal(4, await context.Events.CountAsync(told => told.JobId == job, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Workers_that_fall_silent_or_drain_leave_the_window()
    {
        var time = new ShiftedTime();
        var pool = new WorkerPool(Microsoft.Extensions.Options.Options.Create(new DispatchOptions { CandidatesPerSlot = 3, UnannouncedWindow = 5 }), time);
        Assert.Equal(5, pool.Window());
        pool.Note(new WorkerAnnounced("a", JobStage.Decoding, 4, "m"));
        pool.Note(new WorkerAnnounced("b", JobStage.Decoding, 8, "m"));
        pool.Note(new WorkerAnnounced("c", JobStage.Encoding, 100, "m"));
        Assert.Equal(36, pool.Window());
        pool.Note(new WorkerAnnounced("b", JobStage.Decoding, 0, "m"));
        Assert.Equal(12, pool.Window());
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(5, pool.Window());
    }

    [Fact]
    public void The_model_that_draws_is_that_of_Decoders_heard_of_lately()
    {
        var time = new ShiftedTime();
        var pool = new WorkerPool(Microsoft.Extensions.Options.Options.Create(new DispatchOptions()), time);
        Assert.Null(pool.Drawing);
        pool.Note(new WorkerAnnounced("a", JobStage.Decoding, 4, "first 1.0.0"));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("first", pool.Drawing); // while there are none, others of it may come
        pool.Note(new WorkerAnnounced("b", JobStage.Decoding, 4, "second 1.0.0"));
        Assert.Equal("second", pool.Drawing);
        Assert.Equal(["first", "second"], pool.Models);
    }

    [Fact]
    public async Task A_worker_that_comes_back_is_not_taken_for_the_silent_one_that_it_was()
    {
        var time = new ShiftedTime();
        var pool = new WorkerPool(Microsoft.Extensions.Options.Options.Create(new DispatchOptions { CandidatesPerSlot = 3, UnannouncedWindow = 5 }), time);
        using var stop = new CancellationTokenSource();
        var looking = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                pool.Window();
            }
        }, TestContext.Current.CancellationToken);
        int lost = 0;
        for (int i = 0; i < 100_000; i++)
        {
            time.Advance(TimeSpan.FromSeconds(21));
            pool.Note(new WorkerAnnounced("a", JobStage.Decoding, 4, "m"));
            lost += pool.Window() == 12 ? 0 : 1;
        }

        await stop.CancelAsync();
        await looking;
        Assert.Equal(0, lost);
    }

    private static object Batch => new { prompt = "a red star", size = "64x64", priority = "batch" };

    private sealed class CommitsNot : DbTransactionInterceptor
    {
        public override ValueTask<InterceptionResult> TransactionCommittingAsync(
            DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default) =>
            throw new InvalidOperationException("The process dies here.");
    }
}
