using Microsoft.Extensions.Configuration;
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
        // Both are looked at whichever is used: the exporter says nothing of one that leads nowhere.
        Uri? all = Address(builder.Configuration, Endpoint, "http://collector:4317"), metrics = Address(builder.Configuration, MetricsEndpoint, "http://prometheus:9090/api/v1/otlp/v1/metrics");
        if (all is null && metrics is null)
        {
            return;
        }

        OpenTelemetryBuilder telemetry = builder.Services.AddOpenTelemetry()
            // The environment last: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word.
            .ConfigureResource(resource => resource.AddService(builder.Environment.ApplicationName).AddEnvironmentVariableDetector())
            .WithMetrics(meters => meters.AddAspNetCoreInstrumentation().AddMeter("MassTransit", "Limner.*"));
        if (all is not null)
        {
            telemetry.WithTracing(traces => traces.AddAspNetCoreInstrumentation().AddSource("MassTransit", "Limner.*")).WithLogging().UseOtlpExporter();
        }
        else
        {
            // Prometheus takes metrics alone, and UseOtlpExporter would send the rest to this machine.
            telemetry.WithMetrics(meters => meters.AddOtlpExporter(exporter => exporter.Endpoint = metrics!));
        }
    }

    private static Uri? Address(IConfiguration configuration, string variable, string example) => configuration[variable] is not { } text || string.IsNullOrWhiteSpace(text) ? null
        : Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https" ? address
        : throw new OptionsValidationException(variable, typeof(OtlpExporterOptions), [$"{variable} is '{text}'; expected an address like {example}."]);
}
