using System.Diagnostics.Metrics;
using Limner.Fixtures.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Limner.ServiceDefaults.Tests.Telemetry;

public sealed class OtlpTests
{
    [Fact]
    public async Task Where_metrics_alone_have_an_address_nothing_else_is_sent()
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        using IHost host = Build(new()
        {
            ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"] = $"{receiver.Address}/api/v1/otlp/v1/metrics",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
            ["OTEL_SERVICE_NAME"] = "limner-test",
        });
        await host.StartAsync(TestContext.Current.CancellationToken);
        host.Services.GetRequiredService<IMeterFactory>().Create("Limner.Test").CreateCounter<int>("limner.test.count", "{thing}").Add(1);

        await receiver.UntilAsync(_ => receiver.Metrics.Any(metric => metric.Meter == "Limner.Test"), "a metric of Limner");
        await host.StopAsync(TestContext.Current.CancellationToken);

        OtlpMetric metric = receiver.Metrics.First(metric => metric.Meter == "Limner.Test");
        Assert.Equal(("limner-test", "Limner.Test", "limner.test.count", "{thing}", "counter"), (metric.Service, metric.Meter, metric.Name, metric.Unit, metric.Kind));
        Assert.Equal(["/api/v1/otlp/v1/metrics"], receiver.Paths);
    }

    [Fact]
    public async Task An_address_that_is_none_stops_the_start_with_a_sentence()
    {
        using IHost host = Build(new() { ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"] = "prometheus:9090" });
        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Equal("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT is 'prometheus:9090'; expected an address like http://prometheus:9090/api/v1/otlp/v1/metrics.", refusal.Message);
    }

    private static IHost Build(Dictionary<string, string?> settings)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.AddServiceDefaults();
        return builder.Build();
    }
}
