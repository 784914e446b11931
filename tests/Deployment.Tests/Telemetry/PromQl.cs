using System.Text.RegularExpressions;
using Limner.Fixtures.Telemetry;

namespace Limner.Deployment.Tests.Telemetry;

/// <summary>What an expression asks Prometheus for, held against the instruments of docs/runbook.md as Prometheus writes them. Its syntax is promtool's to judge.</summary>
internal static partial class PromQl
{
    // Of each series: its service and process, and of a histogram's bucket its upper end.
    private static readonly string[] Always = ["job", "instance", "le"];

    private static readonly string[] Keywords = ["and", "or", "unless", "by", "without", "on", "ignoring", "offset", "bool"];

    private static readonly Dictionary<string, MetricRow> Known =
        MetricRow.In(Repository.Text("docs/runbook.md")).Concat(MetricRow.OfLibraries(Repository.Text("docs/runbook.md"))).SelectMany(row => Names(row).Select(name => (name, row))).ToDictionary(pair => pair.name, pair => pair.row);

    /// <summary>The instruments that are asked for.</summary>
    public static IEnumerable<string> Instruments(string expression) => Metrics(expression).Where(Known.ContainsKey).Select(name => Known[name].Name).Distinct();

    /// <summary>A line for each metric that nothing makes and each label that it does not have.</summary>
    public static IEnumerable<string> Faults(string expression)
    {
        string[] asked = [.. Metrics(expression)];
        foreach (string name in asked.Where(name => !Known.ContainsKey(name)))
        {
            yield return $"{name} is no metric";
        }

        foreach (Match selector in Selector().Matches(expression).Where(selector => Known.ContainsKey(selector.Groups["metric"].Value)))
        {
            string[] labels = [.. Labels(Known[selector.Groups["metric"].Value])];
            foreach (string label in Matcher().Matches(selector.Groups["matchers"].Value).Select(matcher => matcher.Groups[1].Value).Where(label => !labels.Contains(label)))
            {
                yield return $"{selector.Groups["metric"].Value} has no label {label}";
            }
        }

        string[] all = [.. asked.Where(Known.ContainsKey).SelectMany(name => Labels(Known[name]))];
        foreach (string label in Grouping().Matches(expression).SelectMany(by => Name().Matches(by.Groups[1].Value)).Select(name => name.Value).Where(label => !all.Contains(label)))
        {
            yield return $"nothing here has a label {label}";
        }
    }

    // What is left when selectors, ranges and groupings are taken away, and is neither a function nor a word of the language.
    private static IEnumerable<string> Metrics(string expression)
    {
        string bare = Offset().Replace(Grouping().Replace(Range().Replace(Braces().Replace(expression, ""), ""), ""), "");
        return Name().Matches(bare).Where(name => !Keywords.Contains(name.Value) && !Call().IsMatch(bare[(name.Index + name.Length)..])).Select(name => name.Value);
    }

    private static IEnumerable<string> Labels(MetricRow row) => [.. row.Tags.Select(tag => tag.Replace('.', '_')), .. Always];

    private static string[] Names(MetricRow row)
    {
        string name = row.Name.Replace('.', '_') + row.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        return row.Kind switch
        {
            "counter" => [$"{name}_total"],
            "histogram" => [$"{name}_bucket", $"{name}_sum", $"{name}_count"],
            _ => [name],
        };
    }

    [GeneratedRegex(@"(?<metric>[a-z_]+)\{(?<matchers>[^}]*)\}")]
    private static partial Regex Selector();

    [GeneratedRegex("([a-z_]+)(=~|!~|!=|=)\"")]
    private static partial Regex Matcher();

    [GeneratedRegex(@"\b(?:by|without|on|ignoring) \(([^)]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Braces();

    [GeneratedRegex(@"\[[^\]]*\]")]
    private static partial Regex Range();

    [GeneratedRegex(@"\boffset \w+")]
    private static partial Regex Offset();

    [GeneratedRegex("[a-z_][a-z_0-9]*")]
    private static partial Regex Name();

    [GeneratedRegex(@"^\s*\(")]
    private static partial Regex Call();
}
