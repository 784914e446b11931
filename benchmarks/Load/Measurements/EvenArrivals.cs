namespace Limner.Load.Measurements;

/// <summary>Requests at even times, whether or not the earlier ones were answered; each one's latency counts from when it was due, so that a slow server cannot hide behind late requests.</summary>
internal sealed class EvenArrivals(int perSecond, TimeProvider time)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    /// <summary>Latencies in milliseconds, in ascending order.</summary>
    public async Task<double[]> RunAsync(int count, Func<Task> send)
    {
        (long started, Task<double>[] underWay) = (time.GetTimestamp(), new Task<double>[count]);
        for (int next = 0; next < count;)
        {
            for (; next < count && time.GetElapsedTime(started) >= Due(next); next++)
            {
                underWay[next] = SendAsync(Due(next), started, send);
            }

            await Task.Delay(Tick, time);
        }

        return [.. (await Task.WhenAll(underWay)).Order()];
    }

    private async Task<double> SendAsync(TimeSpan due, long started, Func<Task> send)
    {
        await send();
        return (time.GetElapsedTime(started) - due).TotalMilliseconds;
    }

    private TimeSpan Due(int number) => TimeSpan.FromSeconds((double)number / perSecond);
}
