using System.Diagnostics;
using System.Text.Json;
using Limner.Micro;
using Limner.TestServers;

namespace Limner.Load.Measurements;

/// <summary>The same chain in Celery; what <c>celery_chain.py</c> printed.</summary>
internal sealed record CeleryRun(string Version, double[] JobsPerSecond)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public Spread Rate => Spread.Of(JobsPerSecond);

    public static async Task<CeleryRun> MeasureAsync(ServerSet servers, LoadOptions options, int jobs, int rounds)
    {
        await servers.StartAfreshAsync();
        string broker = $"amqp://{servers.RabbitMq.Username}:{servers.RabbitMq.Password}@{servers.RabbitMq.Host}:{servers.RabbitMq.Port}/{servers.VirtualHost}";
        using Process python = Process.Start(new ProcessStartInfo(options.Celery!, [options.CeleryScript, "measure", broker, $"{jobs}", $"{rounds}"]) { RedirectStandardOutput = true })!;
        string text = await python.StandardOutput.ReadToEndAsync();
        await python.WaitForExitAsync();
        return python.ExitCode == 0
            ? JsonSerializer.Deserialize<CeleryRun>(text, Json)!
            : throw new InvalidOperationException($"celery_chain.py ended with code {python.ExitCode}; it said why above.");
    }
}
