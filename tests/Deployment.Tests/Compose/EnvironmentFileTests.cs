using System.Text.RegularExpressions;

namespace Limner.Deployment.Tests.Compose;

public sealed partial class EnvironmentFileTests
{
    private static readonly string[] Lines = Repository.Text(".env.example").Split('\n');

    private static readonly Dictionary<string, string> Example = Lines.Where(line => line.Contains('=', StringComparison.Ordinal) && !line.StartsWith('#')).Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

    private static readonly (string Name, string Default)[] Used =
        [.. Variable().Matches(Repository.Text("docker-compose.yml") + Repository.Text("docker-compose.cuda.yml")).Select(match => (match.Groups[1].Value, match.Groups[2].Value)).Distinct()];

    [Fact]
    public void It_has_every_variable_that_compose_takes_and_no_other() => Assert.Equal(Used.Select(used => used.Name).Distinct().Order(), Example.Keys.Order());

    [Fact]
    public void It_shows_the_defaults() => Assert.All(Used.GroupBy(used => used.Name, used => used.Default).Where(used => used.Count() == 1), used => Assert.Equal(used.Single(), Example[used.Key]));

    [Fact]
    public void A_variable_whose_default_depends_on_the_file_is_empty_and_its_comment_names_both()
    {
        // With a value, a copy of the example would undo what docker-compose.cuda.yml has for GPUs.
        IGrouping<string, string>[] several = [.. Used.GroupBy(used => used.Name, used => used.Default).Where(used => used.Count() > 1)];
        Assert.Equal(["LIMNER_DECODER_SLOTS", "LIMNER_SUPER_RESOLUTION_SLOTS"], several.Select(used => used.Key).Order());
        foreach (IGrouping<string, string> used in several)
        {
            int at = Array.FindIndex(Lines, line => line.StartsWith($"{used.Key}=", StringComparison.Ordinal));
            string comment = string.Join(' ', Lines[..at].Reverse().TakeWhile(line => line.StartsWith('#')).Reverse());
            Assert.Equal("", Example[used.Key]);
            Assert.Contains($"Empty: {used.First()}, with docker-compose.cuda.yml {used.Last()}.", comment, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_variable_in_compose_has_a_default() =>
        Assert.Equal(Dollar().Count(Repository.Text("docker-compose.yml")), Variable().Count(Repository.Text("docker-compose.yml")));

    [Fact]
    public void A_variable_stands_below_a_comment_about_it_or_about_its_group()
    {
        bool described = false;
        foreach (string line in Lines.Where(line => line.Length == 0 || line.StartsWith('#') || line.Contains('=', StringComparison.Ordinal)))
        {
            described = line.StartsWith('#') || (described && line.Length > 0) || line.Contains("PASSWORD", StringComparison.Ordinal);
            Assert.True(described || line.Length == 0, $"{line} is not described");
        }
    }

    [Fact]
    public async Task It_can_be_used_as_it_is()
    {
        Yaml compose = await ComposeFile.ConfigAsync(["--env-file", ".env.example"]);
        Assert.Equal((await ComposeFile.DefaultAsync())["services"].Entries.Keys.Order(), compose["services"].Entries.Keys.Order());
    }

    [GeneratedRegex(@"\$\{([A-Z0-9_]+):-([^}]*)\}")]
    private static partial Regex Variable();

    [GeneratedRegex(@"(?<!\$)\$(?!\$)")]
    private static partial Regex Dollar();
}
