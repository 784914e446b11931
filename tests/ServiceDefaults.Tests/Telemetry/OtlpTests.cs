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
    public async Task The_process_and_its_pool_of_database_connections_are_told_of_too()
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        using IHost host = Build(new()
        {
            ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"] = $"{receiver.Address}/v1/metrics",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
        });
        await host.StartAsync(TestContext.Current.CancellationToken);
        // Only the Gateway has the library whose meter this is.
        host.Services.GetRequiredService<IMeterFactory>().Create("Npgsql").CreateCounter<int>("db.client.test").Add(1);

        string[] expected = ["dotnet.process.memory.working_set", "dotnet.process.cpu.time", "dotnet.gc.pause.time", "db.client.test"];
        await receiver.UntilAsync(_ => expected.All(name => receiver.Metrics.Any(metric => metric.Name == name)), string.Join(", ", expected));
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "prometheus:9090", "http://prometheus:9090/api/v1/otlp/v1/metrics")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317", "http://collector:4317")]
    public void An_address_that_is_none_stops_the_start_with_a_sentence(string variable, string address, string example)
    {
        OptionsValidationException refusal = Assert.Throws<OptionsValidationException>(() => Build(new() { [variable] = address }));
        Assert.Equal($"{variable} is '{address}'; expected an address like {example}.", refusal.Message);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http", "grpc or http/protobuf")]
    [InlineData("OTEL_METRIC_EXPORT_INTERVAL", "15s", "milliseconds, as in 60000")]
    public void What_the_exporter_would_not_understand_stops_the_start_too(string variable, string value, string expected)
    {
        OptionsValidationException refusal = Assert.Throws<OptionsValidationException>(() => Build(new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://collector:4317", [variable] = value }));
        Assert.Equal($"{variable} is '{value}'; expected {expected}.", refusal.Message);
    }

    private static IHost Build(Dictionary<string, string?> settings)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.AddServiceDefaults();
        return builder.Build();
    }
}
