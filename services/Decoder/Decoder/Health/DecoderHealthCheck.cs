using Limner.Decoder.Decoding;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Limner.Decoder.Health;

/// <summary>Says which model is loaded, and whether its thread still runs.</summary>
internal sealed class DecoderHealthCheck(DecoderEngine engine) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(engine.IsRunning ? HealthCheckResult.Healthy(engine.Description) : HealthCheckResult.Unhealthy("The decoder's engine has stopped."));
}
