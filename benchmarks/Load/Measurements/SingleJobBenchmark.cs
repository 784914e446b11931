using Limner.Load.Deployments;
using Limner.Micro;

namespace Limner.Load.Measurements;

/// <summary>One job at a time on an idle system: from sending it to hearing that it is completed, beside the engine's time for the same.</summary>
/// <param name="Side">Rows and columns of the image.</param>
/// <param name="Services">Milliseconds through the services.</param>
/// <param name="Bare">Milliseconds of the engine.</param>
/// <param name="Added">The difference, of each pair of neighbours in time.</param>
internal sealed record SingleJobBenchmark(int Side, Spread Services, Spread Bare, Spread Added)
{
    private static readonly int[] Sides = [64, 256, 1024];

    public static async Task<IReadOnlyList<SingleJobBenchmark>> MeasureAsync(DeploymentPlan plan, LoadOptions options, TimeProvider time)
    {
        await using Deployment deployment = await plan.With("Gateway__Sizes", string.Join(',', Sides)).StartAsync();
        using var client = new JobClient(deployment.Gateway);
        using var engine = new BareEngine(options.Model, time);
        int number = 0;
        async Task<(double Services, double Bare)> PairAsync(int side)
        {
            var job = JobRequest.Numbered(number++, 1, side);
            long started = time.GetTimestamp();
            await client.WaitAsync(await client.SubmitAsync(job));
            return (time.GetElapsedTime(started).TotalMilliseconds, engine.Draw([job]) * 1000);
        }

        var results = new List<SingleJobBenchmark>();
        foreach (int side in Sides)
        {
            for (int warm = 0; warm < options.Much(15, 3); warm++)
            {
                await PairAsync(side);
            }

            var pairs = new List<(double Services, double Bare)>();
            for (int i = 0; i < options.Much(25, 5); i++)
            {
                pairs.Add(await PairAsync(side));
            }

            results.Add(new(side, Spread.Of(pairs.Select(pair => pair.Services)), Spread.Of(pairs.Select(pair => pair.Bare)), Spread.Of(pairs.Select(pair => pair.Services - pair.Bare))));
        }

        return results;
    }
}
