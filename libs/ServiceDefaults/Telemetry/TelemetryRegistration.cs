using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Limner.ServiceDefaults.Telemetry;

/// <summary>Traces, metrics and logs over OTLP; nothing at all, not even its cost, where no collector is named.</summary>
internal static class TelemetryRegistration
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration[Endpoint]))
        {
            return;
        }

        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(builder.Environment.ApplicationName))
            .WithTracing(traces => traces.AddAspNetCoreInstrumentation().AddSource("MassTransit", "Limner.*"))
            .WithMetrics(metrics => metrics.AddAspNetCoreInstrumentation().AddMeter("MassTransit", "Limner.*"))
            .WithLogging()
            .UseOtlpExporter();
    }
}
