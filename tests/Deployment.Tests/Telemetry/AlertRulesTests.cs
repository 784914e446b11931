using System.Text.RegularExpressions;
using Limner.Fixtures.Telemetry;

namespace Limner.Deployment.Tests.Telemetry;

/// <summary>deploy/prometheus/limner.rules.yaml asks for metrics and tags that there are, and fires when it should.</summary>
public sealed partial class AlertRulesTests
{
    private const string File = "deploy/prometheus/limner.rules.yaml";

    private static readonly IReadOnlyList<Yaml> Rules = [.. Yaml.Documents(Repository.Text(File)).Single()["groups"].Items.SelectMany(group => group["rules"].Items)];

    [Fact]
    public void Every_metric_of_an_alert_is_there_as_Prometheus_writes_it() => Assert.All(Rules, rule =>
    {
        Assert.Empty(PromQl.Faults(rule["expr"].Text));
        Assert.NotEmpty(PromQl.Instruments(rule["expr"].Text));
    });

    [Theory]
    [InlineData("max(limner_queue_lenght) > 0", "limner_queue_lenght is no metric")]
    [InlineData("rate(limner_job_accepted[5m])", "limner_job_accepted is no metric")]
    [InlineData("max(limner_queue_length{tenant=\"a\"})", "limner_queue_length has no label tenant")]
    [InlineData("max by (tenant) (limner_queue_length offset 1d)", "nothing here has a label tenant")]
    [InlineData("sum(db_client_connection_used)", "db_client_connection_used is no metric")]
    public void What_there_is_not_is_noticed(string expression, string fault) => Assert.Equal([fault], PromQl.Faults(expression));

    [Fact]
    public void What_the_runbook_says_to_alert_on_has_an_alert()
    {
        string runbook = Repository.Text("docs/runbook.md");
        IEnumerable<string> wanted = MetricRow.In(runbook).Concat(MetricRow.OfLibraries(runbook)).Where(row => row.HasAlert).Select(row => row.Name);
        Assert.Empty(wanted.Except(Rules.SelectMany(rule => PromQl.Instruments(rule["expr"].Text))));
    }

    [Fact]
    public void Every_alert_has_a_name_of_its_own_a_severity_and_says_what_it_means()
    {
        Assert.Equal(Rules.Count, Rules.Select(rule => rule["alert"].Text).Distinct().Count());
        Assert.All(Rules, rule => Assert.True(rule["alert"].Text.StartsWith("Limner", StringComparison.Ordinal) && rule["annotations"]["summary"].Text.EndsWith('.')));
        Assert.All(Rules, rule => Assert.Contains(rule["labels"]["severity"].Text, (string[])["critical", "warning", "info"]));
    }

    [Fact]
    public void A_service_that_an_alert_waits_for_is_called_as_its_host_calls_it() =>
        Assert.All(Job().Matches(Repository.Text(File)), job => Assert.True(Directory.Exists(Repository.At($"services/{job.Groups[1].Value}/{job.Groups[1].Value}.Host")), job.Value));

    [Fact]
    public async Task They_fire_when_something_is_silent_slow_or_failing_and_not_when_all_is_well()
    {
        await Command.RequireAsync("promtool", "prometheus");
        await Command.OutputAsync("promtool", ["check", "rules", File], Repository.Root);
        await Command.OutputAsync("promtool", ["test", "rules", "limner.rules.test.yaml"], Repository.At("tests/Deployment.Tests/Telemetry"));
    }

    [GeneratedRegex("job=\"Limner\\.([A-Za-z]+)\\.Host\"")]
    private static partial Regex Job();
}
