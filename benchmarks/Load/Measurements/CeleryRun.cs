using System.Diagnostics;
using System.Text.Json;
using Limner.Micro;
using Limner.TestServers;

namespace Limner.Load.Measurements;

/// <summary>One way of running the chain in Celery; what <c>celery_chain.py</c> printed.</summary>
internal sealed record CeleryRun(string Setup, string Version, double[] JobsPerSecond)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public Spread Rate => Spread.Of(JobsPerSecond);

    public static async Task<IReadOnlyList<CeleryRun>> MeasureAllAsync(ServerSet servers, LoadOptions options, int jobs, int rounds)
    {
        var runs = new List<CeleryRun>();
        foreach (var queue in new[] { "classic", "quorum" })
        {
            await servers.StartAfreshAsync();
            var broker = $"amqp://{servers.RabbitMq.Username}:{servers.RabbitMq.Password}@{servers.RabbitMq.Host}:{servers.RabbitMq.Port}/{servers.VirtualHost}";
            using var python = Process.Start(new ProcessStartInfo(options.Celery!, [options.CeleryScript, "measure", broker, queue, $"{jobs}", $"{rounds}"]) { RedirectStandardOutput = true })!;
            var text = await python.StandardOutput.ReadToEndAsync();
            await python.WaitForExitAsync();
            if (python.ExitCode != 0)
                throw new InvalidOperationException($"celery_chain.py ended with code {python.ExitCode}; it said why above.");
            runs.AddRange(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<CeleryRun>(line, Json)!));
        }

        return runs;
    }
}
