using Limner.Load.Deployments;
using Limner.Micro;

namespace Limner.Load.Measurements;

/// <summary>The same jobs through all services with all servers beside them, and through the bare engine.</summary>
/// <param name="Engine">What ran them.</param>
/// <param name="Side">Rows and columns of the images.</param>
/// <param name="Jobs">Jobs in a round.</param>
/// <param name="Images">Images in a round.</param>
/// <param name="Services">Images a second through the services.</param>
/// <param name="Bare">Images a second of the engine.</param>
/// <param name="Ratio">Services to engine, of each pair of neighbours in time.</param>
internal sealed record ThroughputBenchmark(string Engine, int Side, int Jobs, int Images, Spread Services, Spread Bare, Spread Ratio)
{
    private const int CandidatesOfAJob = 4;

    public static async Task<ThroughputBenchmark> MeasureAsync(DeploymentPlan plan, LoadOptions options, TimeProvider time)
    {
        const int Side = 1024;
        (int jobs, int rounds) = (options.Much(24, 4), options.Much(3, 1));
        await using Deployment deployment = await plan.StartAsync();
        await using var table = new JobTable(deployment, time);
        using var client = new JobClient(deployment.Gateway);
        using var engine = new BareEngine(options.Model, time);
        int number = 0;
        JobRequest[] Next(int count) => [.. Enumerable.Range(0, count).Select(_ => JobRequest.Numbered(number++, CandidatesOfAJob, Side))];
        async Task<double> ServeAsync(JobRequest[] round)
        {
            long started = time.GetTimestamp();
            await Task.WhenAll(round.Select(client.SubmitAsync));
            await table.WaitUntilDoneAsync();
            return time.GetElapsedTime(started).TotalSeconds;
        }

        // A whole round: services that have run for a while have all of their code compiled, and these shall be compared with the engine, not with the compiler.
        JobRequest[] warm = Next(jobs);
        await ServeAsync(warm);
        engine.Draw(warm);

        var pairs = new List<(double Services, double Bare)>();
        for (int i = 0; i < rounds; i++)
        {
            JobRequest[] round = Next(jobs);
            // Whoever goes second in one round goes first in the next: a machine that slows down favours neither.
            double first = i % 2 == 0 ? engine.Draw(round) : 0;
            double services = await ServeAsync(round);
            pairs.Add((services, i % 2 == 0 ? first : engine.Draw(round)));
        }

        int images = jobs * CandidatesOfAJob;
        return new(
            engine.Description, Side, jobs, images, Spread.Of(pairs.Select(pair => images / pair.Services)), Spread.Of(pairs.Select(pair => images / pair.Bare)),
            Spread.Of(pairs.Select(pair => pair.Bare / pair.Services)));
    }
}
