using Limner.Encoder.Encoding;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Limner.Encoder.Health;

/// <summary>Says which model is loaded, and whether its thread still runs.</summary>
internal sealed class EncoderHealthCheck(EncoderEngine engine) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(engine.IsRunning ? HealthCheckResult.Healthy(engine.Description) : HealthCheckResult.Unhealthy("The encoder's engine has stopped."));
}
