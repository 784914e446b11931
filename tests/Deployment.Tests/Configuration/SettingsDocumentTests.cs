using System.Text.RegularExpressions;

namespace Limner.Deployment.Tests.Configuration;

/// <summary>Every setting is in a table of docs/runbook.md or of what it refers to, and no table has one that there is not.</summary>
public sealed partial class SettingsDocumentTests
{
    private static readonly string[] Settings = [.. Repository.Services.SelectMany(ServiceConfiguration.Settings).Distinct()];

    private static readonly string[] Documents =
        ["docs/runbook.md", "docs/webhooks.md", "services/Encoder/README.md", "services/Decoder/README.md", "services/Moderation/README.md"];

    private static readonly string[] Described = [.. Documents.SelectMany(path => Row().Matches(Repository.Text(path))).SelectMany(row => Setting().Matches(row.Groups[1].Value)).Select(match => match.Groups[1].Value)];

    [Fact]
    public void Every_setting_is_described() => Assert.Empty(Settings.Except(Described));

    [Fact]
    public void Every_setting_that_is_described_exists() =>
        Assert.Empty(Described.Where(name => !name.EndsWith('*') && !name.StartsWith("Logging:", StringComparison.Ordinal)).Except(Settings));

    [GeneratedRegex(@"^\| ([^|]*) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([A-Z][A-Za-z]+:[A-Za-z:*]+)`")]
    private static partial Regex Setting();
}
