using System.Text.Json.Nodes;

namespace Limner.Deployment.Tests.Telemetry;

/// <summary>deploy/grafana/limner.json asks the Prometheus that is chosen for metrics and labels that there are.</summary>
public sealed class DashboardTests
{
    private static readonly JsonNode Dashboard = JsonNode.Parse(Repository.Text("deploy/grafana/limner.json"))!;

    private static readonly JsonNode[] Panels = [.. Dashboard["panels"]!.AsArray().Where(panel => (string)panel!["type"]! != "row").Select(panel => panel!)];

    private static readonly string[] Queries = [.. Panels.SelectMany(panel => panel["targets"]!.AsArray()).Select(target => (string)target!["expr"]!)];

    [Fact]
    public void Every_metric_of_a_query_is_there_as_Prometheus_writes_it() => Assert.All(Queries, query =>
    {
        Assert.Empty(PromQl.Faults(query));
        Assert.NotEmpty(PromQl.Instruments(query));
    });

    [Fact]
    public void What_an_alert_is_about_can_be_looked_at()
    {
        IEnumerable<string> alerts = Yaml.Documents(Repository.Text("deploy/prometheus/limner.rules.yaml")).Single()["groups"].Items.SelectMany(group => group["rules"].Items).SelectMany(rule => PromQl.Instruments(rule["expr"].Text));
        Assert.Empty(alerts.Except(Queries.SelectMany(PromQl.Instruments)));
    }

    [Fact]
    public void It_can_be_imported_into_any_Grafana()
    {
        JsonNode variable = Dashboard["templating"]!["list"]!.AsArray().Single()!;
        Assert.Equal(("datasource", "datasource", "prometheus"), ((string)variable["name"]!, (string)variable["type"]!, (string)variable["query"]!));
        // A dashboard's number belongs to the Grafana that it was made in.
        Assert.Null(Dashboard["id"]);
        foreach (JsonNode panel in Panels)
        {
            Assert.All(panel["targets"]!.AsArray().Select(target => target!["datasource"]!).Append(panel["datasource"]!), source => Assert.Equal(("prometheus", "${datasource}"), ((string)source["type"]!, (string)source["uid"]!)));
        }

        int[] numbers = [.. Dashboard["panels"]!.AsArray().Select(panel => (int)panel!["id"]!)];
        Assert.Equal(numbers.Length, numbers.Distinct().Count());
    }

    [Fact]
    public void No_panel_lies_on_another()
    {
        (int X, int Y)[] cells = [.. Dashboard["panels"]!.AsArray().Select(panel => panel!["gridPos"]!).SelectMany(place =>
            from x in Enumerable.Range((int)place["x"]!, (int)place["w"]!) from y in Enumerable.Range((int)place["y"]!, (int)place["h"]!) select (x, y))];
        Assert.Equal(cells.Length, cells.Distinct().Count());
        Assert.All(cells, cell => Assert.InRange(cell.X, 0, 23));
    }

    [Fact]
    public async Task Prometheus_can_read_every_query()
    {
        await Command.RequireAsync("promtool", "prometheus");
        string rules = Path.GetTempFileName();
        // A query is no rule, but promtool reads it as one; a string of JSON is one of YAML.
        await File.WriteAllTextAsync(
            rules,
            "groups: [{name: dashboard, rules: [" + string.Join(", ", Queries.Select((query, i) =>
                $"{{record: 'dashboard:query_{i}', expr: {JsonValue.Create(query.Replace("$__rate_interval", "5m", StringComparison.Ordinal)).ToJsonString()}}}")) + "]}]",
            TestContext.Current.CancellationToken);
        try
        {
            await Command.OutputAsync("promtool", ["check", "rules", rules], Repository.Root);
        }
        finally
        {
            File.Delete(rules);
        }
    }
}
