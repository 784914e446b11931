using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Limner.ServiceDefaults.Health;

/// <summary>The body of the health endpoints: <c>{"status":"unready","missing":["bus"],"degraded":["redis"],"dependencies":{"bus":"…"}}</c>.</summary>
internal static class HealthReportWriter
{
    public static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new
    {
        status = report.Status switch { HealthStatus.Unhealthy => "unready", HealthStatus.Degraded => "degraded", _ => "ready" },
        missing = Names(report, HealthStatus.Unhealthy),
        degraded = Names(report, HealthStatus.Degraded),
        dependencies = report.Entries.ToDictionary(entry => entry.Key, entry => Describe(entry.Value)),
    });

    // Which model a worker has loaded is worth saying while all is well too.
    private static string Describe(HealthReportEntry entry) => entry.Status == HealthStatus.Healthy
        ? (entry.Tags.Contains(HealthRegistration.ModelTag) ? entry.Description : null) ?? "ok"
        : entry.Description ?? "It does not answer.";

    private static string[] Names(HealthReport report, HealthStatus status) => [.. report.Entries.Where(entry => entry.Value.Status == status).Select(entry => entry.Key)];
}
