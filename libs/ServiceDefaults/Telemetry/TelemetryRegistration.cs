using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Limner.ServiceDefaults.Telemetry;

/// <summary>Traces, metrics and logs over OTLP; nothing at all, not even its cost, where no collector is named.</summary>
internal static class TelemetryRegistration
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string MetricsEndpoint = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";

    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        bool all = !string.IsNullOrWhiteSpace(builder.Configuration[Endpoint]);
        string? metricsEndpoint = builder.Configuration[MetricsEndpoint];
        if (!all && string.IsNullOrWhiteSpace(metricsEndpoint))
        {
            return;
        }

        OpenTelemetryBuilder telemetry = builder.Services.AddOpenTelemetry()
            // The environment last: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word.
            .ConfigureResource(resource => resource.AddService(builder.Environment.ApplicationName).AddEnvironmentVariableDetector())
            .WithMetrics(metrics => metrics.AddAspNetCoreInstrumentation().AddMeter("MassTransit", "Limner.*"));
        if (all)
        {
            telemetry.WithTracing(traces => traces.AddAspNetCoreInstrumentation().AddSource("MassTransit", "Limner.*")).WithLogging().UseOtlpExporter();
        }
        else
        {
            // Prometheus takes metrics alone, and UseOtlpExporter would send the rest to this machine.
            telemetry.WithMetrics(metrics => metrics.AddOtlpExporter(exporter => exporter.Endpoint = Address(metricsEndpoint!)));
        }
    }

    private static Uri Address(string endpoint) => Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https"
        ? address
        : throw new OptionsValidationException(
            MetricsEndpoint, typeof(OtlpExporterOptions), [$"{MetricsEndpoint} is '{endpoint}'; expected an address like http://prometheus:9090/api/v1/otlp/v1/metrics."]);
}
