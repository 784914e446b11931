using System.Globalization;
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
    private const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";
    private const string Interval = "OTEL_METRIC_EXPORT_INTERVAL";

    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        // Both are looked at whichever is used: the exporter says nothing of one that leads nowhere.
        Uri? all = Address(builder.Configuration, Endpoint, "http://collector:4317"), metrics = Address(builder.Configuration, MetricsEndpoint, "http://prometheus:9090/api/v1/otlp/v1/metrics");
        if (all is null && metrics is null)
        {
            return;
        }

        // The exporter takes its own default for what it cannot read, and says nothing of it either.
        Refuse(builder.Configuration, Protocol, "grpc or http/protobuf", text => text is "grpc" or "http/protobuf");
        Refuse(builder.Configuration, Interval, "milliseconds, as in 60000", text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds) && milliseconds > 0);

        OpenTelemetryBuilder telemetry = builder.Services.AddOpenTelemetry()
            // The environment last: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word.
            .ConfigureResource(resource => resource.AddService(builder.Environment.ApplicationName).AddEnvironmentVariableDetector())
            // The runtime's own, and the pool of connections of the one service that has a database.
            .WithMetrics(meters => meters.AddAspNetCoreInstrumentation().AddMeter("System.Runtime", "Npgsql", "MassTransit", "Limner.*"));
        if (all is not null)
        {
            // Of the probes that come every few seconds there are metrics.
            telemetry.WithTracing(traces => traces.AddAspNetCoreInstrumentation(requests => requests.Filter = http => !http.Request.Path.StartsWithSegments("/health")).AddSource("MassTransit", "Limner.*"))
                // As people read it, and not the template alone.
                .WithLogging(null, logs => logs.IncludeFormattedMessage = true).UseOtlpExporter();
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

    private static void Refuse(IConfiguration configuration, string variable, string expected, Func<string, bool> isRight)
    {
        if (configuration[variable] is { Length: > 0 } text && !isRight(text))
        {
            throw new OptionsValidationException(variable, typeof(OtlpExporterOptions), [$"{variable} is '{text}'; expected {expected}."]);
        }
    }
}
