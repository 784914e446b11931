using System.Net.Http.Json;
using Limner.EndToEnd.Tests.Client;
using Limner.Fixtures.Telemetry;

namespace Limner.EndToEnd.Tests.Serving;

/// <summary>What an operator's collector is told of the four services, as <c>limner serve</c> has them in one process.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task Every_instrument_of_the_runbook_arrives_as_it_is_described()
    {
        IReadOnlyList<MetricRow> described = MetricRow.In(File.ReadAllText(Path.Combine(Repository.Root, "docs/runbook.md")));
        await using OtlpReceiver collector = await OtlpReceiver.StartAsync();
        await using CallReceiver webhooks = await CallReceiver.StartAsync();
        using var folder = new TemporaryFolder();
        using ServingLimner limner = await ServingLimner.StartAsync(folder, settings:
        [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address), ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", ""), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "500"), ("Outbound__AllowedNetworks", "127.0.0.0/8"),
        ]);

        // One that is drawn, one against the policy, a webhook and a refusal: of every instrument there is something to tell.
        using HttpResponseMessage made = await limner.Client.Http.PostAsJsonAsync("v1/webhooks", new { url = webhooks.Url }, TestContext.Current.CancellationToken);
        Assert.Equal(201, (int)made.StatusCode);
        Assert.Equal("job.completed", (await limner.Client.WatchToEndAsync(await limner.Client.SubmitAsync(new { prompt = "a red fox", n = 2, steps = 5 })))[^1].Name);
        Assert.Equal("job.failed", (await limner.Client.WatchToEndAsync(await limner.Client.SubmitAsync(new { prompt = "a nude woman" })))[^1].Name);
        await webhooks.NextAsync();
        using HttpResponseMessage refused = await limner.Client.Http.GetAsync(new Uri("v1/nothing", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(404, (int)refused.StatusCode);

        await collector.UntilAsync(_ => described.All(row => collector.Metrics.Any(metric => metric.Name == row.Name)), $"all of {string.Join(", ", described.Select(row => row.Name))}");
        // What it had to say last is sent when it stops.
        Assert.Equal(0, await limner.TerminateAsync());
        OtlpMetric[] own = [.. collector.Metrics.Where(metric => metric.Name.StartsWith("limner.", StringComparison.Ordinal))];

        Assert.Equal(described.Select(row => (row.Name, row.Kind, row.Unit)).Order(), own.Select(metric => (metric.Name, metric.Kind, metric.Unit)).Distinct().Order());
        Assert.All(own, metric => Assert.Subset(described.Single(row => row.Name == metric.Name).Tags.ToHashSet(), metric.Tags.ToHashSet()));
        // Those of failures apart, every tag that is described was there.
        Assert.All(described, row => Assert.Superset(row.Tags.Except(["error.type"]).ToHashSet(), own.Where(metric => metric.Name == row.Name).SelectMany(metric => metric.Tags).ToHashSet()));
        // The runbook names these of others.
        Assert.All((string[])["http.server.request.duration", "messaging.masstransit.consume", "messaging.masstransit.consume.duration"], name => Assert.Contains(collector.Metrics, metric => metric.Name == name));
        Assert.Equal(["/v1/logs", "/v1/metrics", "/v1/traces"], collector.Paths.Order());
        Assert.DoesNotContain(collector.Metrics, metric => metric.Tags.Overlaps(["tenant", "job", "limner.tenant", "limner.job.id"]));
    }
}
