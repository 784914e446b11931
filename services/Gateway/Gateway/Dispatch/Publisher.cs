using Limner.Contracts.Jobs;
using Limner.Gateway.Jobs;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Dispatch;

/// <summary>Publishes jobs and waits until the broker has confirmed each, but not for a broker that is away.</summary>
internal sealed class Publisher(IBusControl bus, IOptions<DispatchOptions> options, TimeProvider time)
{
    private volatile bool _hasStarted;

    public async Task PublishAsync(IEnumerable<Job> jobs, CancellationToken cancellation)
    {
        Job[] all = [.. jobs];
        if (all.Length == 0)
        {
            return; // Nothing to say waits for no broker.
        }

        using var limit = new CancellationTokenSource(options.Value.PublishTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            if (!_hasStarted)
            {
                // In memory, what is published before the consumers are there is lost.
                await bus.WaitForHealthStatus(BusHealthStatus.Healthy, either.Token);
                _hasStarted = true;
            }

            // A publish whose channel was lost at the wrong moment does not heed its token.
            DateTimeOffset now = time.GetUtcNow();
            await Task.WhenAll(all.Select(job => bus.Publish(new JobSubmitted(job.Describe() with { Released = now }), either.Token))).WaitAsync(either.Token);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"The broker has not confirmed within {options.Value.PublishTimeout.TotalSeconds} s; the jobs stay queued.", late);
        }
    }
}
