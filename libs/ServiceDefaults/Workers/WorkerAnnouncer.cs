using Limner.Contracts.Jobs;
using Limner.Contracts.Workers;
using Limner.ServiceDefaults.Cancellation;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Limner.ServiceDefaults.Workers;

/// <summary>
/// Tells every Gateway every few seconds what the workers of this process can hold and how far they are, and that it is nothing as soon as it drains; and one Gateway
/// of what they have had for long.
/// </summary>
internal sealed partial class WorkerAnnouncer(IBus bus, IEnumerable<Func<WorkerCapacity>> workers, RunningJobs jobs, TimeProvider time, ILogger<WorkerAnnouncer> logger)
    : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>What is done sooner costs no message. Far less than the Gateways wait for.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly string _process = $"{Environment.MachineName}-{Guid.NewGuid():N}";
    private readonly Dictionary<JobStage, QueueReach> _reaches = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _announcing = Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _announcing = RepeatAsync();
        return Task.CompletedTask;
    }

    // Before any service is stopped: the bus still runs.
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _announcing;
        await AnnounceAsync(draining: true, cancellationToken);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stop.Dispose();

    private async Task RepeatAsync()
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            do
            {
                await AnnounceAsync(draining: false, _stop.Token);
            }
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // The process stops.
        }
    }

    private async Task AnnounceAsync(bool draining, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            await TellAsync(limit.Token);
            foreach (WorkerCapacity? worker in workers.Select(worker => worker()))
            {
                await bus.Publish(MessageOf(worker, draining), limit.Token).WaitAsync(limit.Token);
            }
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            LogUnheard(exception); // the broker is away: the next announcement is as good
            _reaches.Clear(); // and what it gave out meanwhile, nobody here knows
        }
    }

    private WorkerAnnounced MessageOf(WorkerCapacity worker, bool draining) =>
        new($"{_process}-{worker.Stage}".ToLowerInvariant(), worker.Stage, draining ? 0 : worker.Slots, worker.Model)
        {
            Adapters = worker.Adapters,
            PromptTokens = worker.PromptTokens,
            Reached = Look(worker),
        };

    private async Task TellAsync(CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        RunningJob[] unheard = jobs.UnheardSince(now - Quiet);
        if (unheard.Length == 0)
        {
            return;
        }

        await bus.Publish(new WorkContinued([.. unheard.Select(part => part.JobId).Distinct()]), cancellation).WaitAsync(cancellation);
        foreach (RunningJob part in unheard)
        {
            part.Heard = now;
        }
    }

    private DateTimeOffset? Look(WorkerCapacity worker)
    {
        if (!_reaches.TryGetValue(worker.Stage, out QueueReach? reach))
        {
            _reaches[worker.Stage] = reach = new();
        }

        (int held, DateTimeOffset newest) = jobs.Of(worker.Stage);
        return reach.Look(held < worker.Slots + worker.Ahead, newest);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The workers of this process could not be announced")]
    private partial void LogUnheard(Exception exception);
}
