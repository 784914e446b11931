using System.Text.RegularExpressions;
using Limner.Fixtures.Telemetry;

namespace Limner.Deployment.Tests.Telemetry;

/// <summary>deploy/prometheus/limner.rules.yaml asks for metrics and tags that there are.</summary>
public sealed partial class AlertRulesTests
{
    private static readonly IReadOnlyList<Yaml> Rules = [.. Yaml.Documents(Repository.Text("deploy/prometheus/limner.rules.yaml")).Single()["groups"].Items.SelectMany(group => group["rules"].Items)];

    [Fact]
    public void Every_metric_of_an_alert_is_one_of_ours_as_Prometheus_writes_it()
    {
        Dictionary<string, MetricRow> known = MetricRow.In(Repository.Text("docs/runbook.md")).SelectMany(row => Names(row).Select(name => (name, row))).ToDictionary(pair => pair.name, pair => pair.row);
        string[] asked = [.. Rules.SelectMany(rule => Metric().Matches(rule["expr"].Text).Select(match => match.Value))];
        Assert.True(asked.Length >= Rules.Count);
        Assert.All(asked, name => Assert.Contains(name, known));
        foreach (Match selector in Rules.SelectMany(rule => Selector().Matches(rule["expr"].Text)))
        {
            string tag = selector.Groups["label"].Value.Replace('_', '.');
            Assert.Contains(tag, known[selector.Groups["metric"].Value].Tags);
        }
    }

    [Fact]
    public void Every_alert_has_a_name_of_its_own_and_says_what_it_means()
    {
        Assert.Equal(Rules.Count, Rules.Select(rule => rule["alert"].Text).Distinct().Count());
        Assert.All(Rules, rule => Assert.True(rule["alert"].Text.StartsWith("Limner", StringComparison.Ordinal) && rule["annotations"]["summary"].Text.EndsWith('.')));
    }

    private static IEnumerable<string> Names(MetricRow row)
    {
        string name = row.Name.Replace('.', '_') + (row.Unit == "s" ? "_seconds" : "");
        return row.Kind switch
        {
            "counter" => [$"{name}_total"],
            "histogram" => [$"{name}_bucket", $"{name}_sum", $"{name}_count"],
            _ => [name],
        };
    }

    [GeneratedRegex("limner_[a-z_]+(?=[{\\[) ])")]
    private static partial Regex Metric();

    [GeneratedRegex("(?<metric>limner_[a-z_]+)\\{(?<label>[a-z_]+)(=|!=|=~)")]
    private static partial Regex Selector();
}
