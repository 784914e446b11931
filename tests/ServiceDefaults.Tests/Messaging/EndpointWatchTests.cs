using Limner.ServiceDefaults.Messaging;
using Limner.TestServers;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Limner.ServiceDefaults.Tests.Messaging;

[Collection("Environment.ExitCode")]
public sealed class EndpointWatchTests
{
    private static readonly Uri Queue = new("rabbitmq://broker/queue");
    private static readonly Uri Other = new("rabbitmq://broker/other");

    private readonly FakeClock _clock = new();

    [Fact]
    public async Task An_endpoint_of_which_nothing_is_heard_after_it_ended_is_lost()
    {
        using EndpointWatch watch = Watch();
        await watch.Ready(new Event(Queue));
        await watch.Ready(new Event(Other));
        _clock.Advance(EndpointWatch.Longest * 2);
        Assert.Null(watch.FindLost()); // It receives.
        await watch.Completed(new Event(Queue));
        _clock.Advance(EndpointWatch.Longest);
        Assert.Null(watch.FindLost());
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Queue, watch.FindLost());
    }

    [Fact]
    public async Task An_endpoint_that_goes_on_failing_is_not_lost_nor_is_one_that_came_back()
    {
        using EndpointWatch watch = Watch();
        for (int attempt = 0; attempt < 10; attempt++)
        {
            await watch.Faulted(new Event(Queue));
            _clock.Advance(EndpointWatch.Longest / 2);
            Assert.Null(watch.FindLost());
        }

        await watch.Ready(new Event(Queue));
        _clock.Advance(EndpointWatch.Longest * 2);
        Assert.Null(watch.FindLost());
    }

    [Fact]
    public async Task A_process_with_a_lost_endpoint_is_told_to_stop()
    {
        using IHost host = Host.CreateEmptyApplicationBuilder(null).Build();
        IHostApplicationLifetime lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        using var watch = new EndpointWatch(lifetime, new HastyClock(), NullLogger<EndpointWatch>.Instance);
        await watch.StartAsync(TestContext.Current.CancellationToken);
        await watch.Completed(new Event(Queue));
        await Eventually.TrueAsync(() => lifetime.ApplicationStopping.IsCancellationRequested, "it was told to stop");
    }

    [Fact]
    public async Task On_a_real_broker_an_endpoint_whose_connection_is_cut_waits_and_is_ready_again()
    {
        TestRabbitMq server = await TestRabbitMq.SharedAsync();
        string host = await server.CreateVirtualHostAsync();
        await using TestProcess process = await TestProcess.StartAsync(server.Settings(host), bus => bus.AddConsumer<PromptRejectedConsumer, PromptRejectedConsumerDefinition>());
        EndpointWatch watch = process.Host.Services.GetRequiredService<EndpointWatch>();
        Assert.Contains(watch, process.Host.Services.GetServices<IHostedService>());
        await Eventually.TrueAsync(() => watch.Waiting.Count == 0, "all are ready");
        await Eventually.TrueAsync(async () => await server.DropConnectionsAsync(host) > 0, "there were connections to cut");
        await Eventually.TrueAsync(() => watch.Waiting.Count > 0, "it waits");
        await Eventually.TrueAsync(() => watch.Waiting.Count == 0, "it is back");
    }

    private EndpointWatch Watch() => new(new NoLifetime(), _clock, NullLogger<EndpointWatch>.Instance);

    private sealed record Event(Uri InputAddress) : ReceiveEndpointReady, ReceiveEndpointCompleted, ReceiveEndpointFaulted
    {
        public IReceiveEndpoint ReceiveEndpoint => throw new NotSupportedException();

        public bool IsStarted => true;

        public long DeliveryCount => 0;

        public long ConcurrentDeliveryCount => 0;

        public Exception Exception => throw new NotSupportedException();
    }

    /// <summary>A minute with every look, and no pause between looks.</summary>
    private sealed class HastyClock : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => _now += TimeSpan.FromMinutes(1);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            TimeSpan soon = TimeSpan.FromMilliseconds(1);
            return System.CreateTimer(callback, state, soon, soon);
        }
    }

    private sealed class NoLifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => throw new NotSupportedException();

        public CancellationToken ApplicationStopping => throw new NotSupportedException();

        public CancellationToken ApplicationStopped => throw new NotSupportedException();

        public void StopApplication() => throw new NotSupportedException();
    }
}
