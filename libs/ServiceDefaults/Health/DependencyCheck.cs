using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Limner.ServiceDefaults.Health;

/// <summary>Asks whether a dependency is there. Its exceptions stay in the log: the answer goes to whoever can reach the port.</summary>
internal sealed partial class DependencyCheck(string name, SharedAnswer answer, IServiceScopeFactory scopes, TimeProvider time, ILogger<DependencyCheck> logger) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return await answer.AskAsync(scopes, time).WaitAsync(cancellationToken) ? HealthCheckResult.Healthy() : Missing(context);
        }
        catch (Exception exception)
        {
            LogMissing(name, exception);
            return Missing(context);
        }
    }

    private HealthCheckResult Missing(HealthCheckContext context) => new(context.Registration.FailureStatus, $"The {name} does not answer.");

    [LoggerMessage(Level = LogLevel.Warning, Message = "The {Dependency} does not answer")]
    private partial void LogMissing(string dependency, Exception exception);
}
