using Limner.Load.Deployments;
using Limner.Load.Stages;
using Limner.Micro;

namespace Limner.Load.Measurements;

/// <summary>How long a caller waits for his 202, in milliseconds, and the Gateway's memory, in bytes, while jobs arrive evenly and are done as fast as they come.</summary>
internal sealed record AcceptBenchmark(Spread P50, Spread P99, Spread Resident)
{
    public const int PerSecond = 200;

    /// <summary>A little more than arrives: an empty queue stays empty, a long one stays long, and the dispatcher is as busy with both.</summary>
    private const int DonePerSecond = 210;

    public const int Waiting = 100_000;

    public static async Task<(AcceptBenchmark Empty, AcceptBenchmark Full)> MeasureAsync(DeploymentPlan plan, LoadOptions options, TimeProvider time)
    {
        DeploymentPlan paced = plan.With(NoOpStage.PerSecond.Replace(":", "__", StringComparison.Ordinal), $"{DonePerSecond}");
        (List<Round> empty, List<Round> full) = (new List<Round>(), new List<Round>());
        for (int i = 0; i < options.Much(3, 1); i++)
        {
            empty.Add(await RunAsync(paced, 0, options, time));
            full.Add(await RunAsync(paced, options.Much(Waiting, 5000), options, time));
        }

        return (Summarize(empty), Summarize(full));
    }

    // A Gateway of its own for each round: memory is compared, and what one round allocated is not the next one's.
    private static async Task<Round> RunAsync(DeploymentPlan plan, int waiting, LoadOptions options, TimeProvider time)
    {
        await using Deployment deployment = await plan.StartAsync();
        await using var table = new JobTable(deployment, time);
        using var client = new JobClient(deployment.Gateway);
        var arrivals = new EvenArrivals(PerSecond, time);
        int number = 0;
        Task SendAsync() => client.SubmitAsync(JobRequest.Numbered(Interlocked.Increment(ref number), 1, 1024));
        if (waiting > 0)
        {
            await table.FillAsync(await client.SubmitAsync(JobRequest.Numbered(0, 1, 1024)), waiting);
        }

        // Half a minute: a Gateway that has just started compiles.
        await arrivals.RunAsync(options.Much(6000, 200), SendAsync);
        double[] latencies = await arrivals.RunAsync(options.Much(2000, 400), SendAsync);
        if (waiting > 0 && await table.CountWaitingAsync() is var left && left < waiting * 0.9)
        {
            throw new InvalidOperationException($"{left} of {waiting} jobs were left: the queue was not full while it was measured.");
        }

        return new(latencies[latencies.Length / 2], latencies[latencies.Length * 99 / 100], deployment.ResidentBytes("Gateway"));
    }

    private static AcceptBenchmark Summarize(List<Round> rounds) =>
        new(Spread.Of(rounds.Select(round => round.P50)), Spread.Of(rounds.Select(round => round.P99)), Spread.Of(rounds.Select(round => (double)round.Resident)));

    private sealed record Round(double P50, double P99, long Resident);
}
