using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Limner.ServiceDefaults.Messaging;

/// <summary>
/// Ends the process when one of its endpoints is lost: it neither receives nor fails to connect, for longer than any attempt takes. RabbitMQ's client (7.2.2)
/// disposes of a channel's semaphore while declarations wait for it, which then never end, and MassTransit sets such an endpoint up no more. Whoever runs the
/// process starts it again; what it had in hand, the broker delivers again.
/// </summary>
internal sealed partial class EndpointWatch(IHostApplicationLifetime lifetime, TimeProvider time, ILogger<EndpointWatch> log) : BackgroundService, IReceiveEndpointObserver
{
    /// <summary>MassTransit tries again after half a minute at most, and each attempt is given up after as long.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<Uri, DateTimeOffset> _waiting = [];

    /// <summary>The endpoints that are not ready, with when they were last heard of.</summary>
    internal IReadOnlyDictionary<Uri, DateTimeOffset> Waiting => _waiting;

    /// <summary>An endpoint that is lost, if there is one.</summary>
    internal Uri? FindLost()
    {
        DateTimeOffset oldest = time.GetUtcNow() - Longest;
        return _waiting.Where(endpoint => endpoint.Value < oldest).Select(endpoint => endpoint.Key).FirstOrDefault();
    }

    /// <inheritdoc />
    public Task Ready(ReceiveEndpointReady ready)
    {
        _waiting.TryRemove(ready.InputAddress, out _);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task Completed(ReceiveEndpointCompleted completed) => WaitFor(completed.InputAddress);

    /// <inheritdoc />
    public Task Faulted(ReceiveEndpointFaulted faulted) => WaitFor(faulted.InputAddress);

    /// <inheritdoc />
    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(BetweenLooks, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (FindLost() is { } lost)
            {
                LogLost(lost, Longest.TotalSeconds);
                Environment.ExitCode = 1; // who starts again only what failed has to see that it did
                lifetime.StopApplication();
                return;
            }
        }
    }

    private Task WaitFor(Uri endpoint)
    {
        _waiting[endpoint] = time.GetUtcNow();
        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The endpoint {Endpoint} has neither received nor failed for {Seconds} s: it does not come back. The process ends, to be started again")]
    private partial void LogLost(Uri endpoint, double seconds);
}
