using System.Data.Common;
using Limner.Fixtures.Workers;
using Limner.Gateway.Database;
using Limner.Gateway.EventStreams;
using Limner.Gateway.Jobs;
using Limner.Gateway.Tests.Application;
using Limner.ServiceDefaults.Progress;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.EventStreams;

public sealed class EventFeedTests(SqliteGateway shared)
{
    [Fact]
    public async Task Who_watches_a_job_of_which_nothing_is_new_hardly_asks_the_database()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        Guid job = await client.SubmitAsync();
        await client.WaitAsync(job, "running");
        var counter = new Counter();
        using Transactions database = Contexts.Open(shared.Database, counter);
        var feed = new EventFeed(database, new JobSignals(), shared.Gateway.Services.GetRequiredService<IProgressChannel>(), new ManualTime(pace: 50));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var sink = new Beats(end);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => feed.SendAsync(job, 0, sink, end.Token));

        // In the seconds until two signs of life: at the beginning, and every tenth.
        Assert.Equal(["Queued", "Running"], sink.Told);
        Assert.InRange(counter.Commands, 1, 4);
    }

    private sealed class Beats(CancellationTokenSource end) : IEventSink
    {
        private int _beats;

        public List<string> Told { get; } = [];

        public Task<bool> WriteAsync(JobEvent told, CancellationToken cancellation)
        {
            Told.Add(told.Kind.ToString());
            return Task.FromResult(true);
        }

        public Task<bool> WriteAsync(JobProgress progress, CancellationToken cancellation) => Task.FromResult(false);

        public Task BeatAsync(CancellationToken cancellation) => ++_beats < 2 ? Task.CompletedTask : end.CancelAsync();
    }

    private sealed class Counter : DbCommandInterceptor
    {
        public int Commands { get; private set; }

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            Commands++;
            return ValueTask.FromResult(result);
        }
    }
}
