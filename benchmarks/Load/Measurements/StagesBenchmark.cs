using Limner.Load.Deployments;
using Limner.Micro;

namespace Limner.Load.Measurements;

/// <summary>Jobs a second over HTTP, through four services whose stages do nothing, and back; and the same chain in Celery on the same broker.</summary>
/// <param name="Jobs">Jobs in a round.</param>
/// <param name="Services">Jobs a second.</param>
/// <param name="Processor">Processor time of a job in each service, in milliseconds.</param>
/// <param name="Celery">The same in Celery; null where it is not installed.</param>
internal sealed record StagesBenchmark(int Jobs, Spread Services, IReadOnlyDictionary<string, double> Processor, CeleryRun? Celery)
{
    private const int AtOnce = 32;

    public static async Task<StagesBenchmark> MeasureAsync(DeploymentPlan plan, LoadOptions options, TimeProvider time)
    {
        (int jobs, int rounds) = (options.Much(4000, 300), options.Much(3, 1));
        var rates = new List<double>();
        var processor = new Dictionary<string, double>();
        await using (Deployment deployment = await plan.StartAsync())
        {
            await using var table = new JobTable(deployment, time);
            using var client = new JobClient(deployment.Gateway);
            int number = 0;
            async Task<double> ServeAsync(int count)
            {
                long started = time.GetTimestamp();
                await Parallel.ForEachAsync(Enumerable.Range(number, count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) =>
                    await client.SubmitAsync(JobRequest.Numbered(i, 1, 1024)));
                await table.WaitUntilDoneAsync();
                number += count;
                return count / time.GetElapsedTime(started).TotalSeconds;
            }

            // A minute: until then half of the Gateway's processor time is the compiler's, which compiles hot code again, better.
            await ServeAsync(options.Much(12_000, 200));
            IReadOnlyDictionary<string, double> before = deployment.ProcessorSeconds();
            for (int i = 0; i < rounds; i++)
            {
                rates.Add(await ServeAsync(jobs));
            }

            foreach ((string service, double seconds) in deployment.ProcessorSeconds())
            {
                processor[service] = (seconds - before[service]) * 1000 / (jobs * rounds);
            }
        }

        // Nobody of ours runs meanwhile.
        CeleryRun? celery = options.Celery is null ? null : await CeleryRun.MeasureAsync(plan.Servers, options, options.Much(2000, 200), rounds);
        return new(jobs, Spread.Of(rates), processor, celery);
    }
}
