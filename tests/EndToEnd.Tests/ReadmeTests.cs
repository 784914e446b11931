using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Limner.EndToEnd.Tests;

/// <summary>What the README says, done: with the real launcher and the default model.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    private static readonly string[] Tried = [.. Block("bash test").Split('\n').Where(line => line.StartsWith("./limner ", StringComparison.Ordinal))];

    public static TheoryData<string> Commands => [.. Tried];

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_of_the_readme_works(string command)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("prompts.txt"), "a red star\na blue house\n");

        LimnerProcess.Result result = LimnerProcess.Bash(folder, $"ln -s '{Repository.Root}/limner' limner; {command}");

        Assert.True(result.Code == 0, $"exit code {result.Code}: {result.Error}");
        string[] pictures = [.. folder.Files("out").Where(file => Path.GetFileName(file).StartsWith("seed", StringComparison.Ordinal))];
        Assert.Equal(!command.EndsWith("--help", StringComparison.Ordinal), pictures.Length > 0);
        int side = Size().Match(command) is { Success: true } size ? int.Parse(size.Groups[1].Value, CultureInfo.InvariantCulture) : 1024;
        Assert.All(pictures, file => Assert.Equal((side, side), Dimensions(folder.At($"out/{file}"))));
        if (File.Exists(folder.At("result.json")))
        {
            Assert.Equal(Lasting(Block("json")), Lasting(File.ReadAllText(folder.At("result.json"))));
        }
    }

    [Fact]
    public void There_are_commands_to_try_one_at_full_size_and_one_with_json()
    {
        Assert.InRange(Tried.Length, 3, 6);
        Assert.Single(Tried, command => !Size().IsMatch(command) && !command.EndsWith("--help", StringComparison.Ordinal));
        Assert.Single(Tried, command => command.EndsWith(" --json > result.json", StringComparison.Ordinal));
    }

    [Fact]
    public void The_table_of_options_is_that_of_help()
    {
        using var folder = new TemporaryFolder();
        LimnerProcess.Result help = LimnerProcess.Run(folder, "generate", "--help");
        Assert.Equal(0, help.Code);
        Assert.Contains(Block("").Split('\n')[0].Replace("./", "", StringComparison.Ordinal), help.Output, StringComparison.Ordinal);
        string[] options = [.. Option().Matches(help.Output).Select(match => match.Value).Distinct().Where(option => option is not ("--help" or "--version"))];
        Assert.Equal(options.Order(StringComparer.Ordinal), Row().Matches(Readme).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Version_prints_the_version()
    {
        using var folder = new TemporaryFolder();
        LimnerProcess.Result result = LimnerProcess.Run(folder, "--version");
        Assert.Matches("^[0-9]+\\.[0-9]+\\.[0-9]+\n$", result.Output);
        Assert.Equal(0, result.Code);
    }

    private static string Block(string language) => Regex.Match(Readme, $"^```{language}\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline).Groups[1].Value;

    private static (int Width, int Height) Dimensions(string file)
    {
        var png = new HandParsedPng(File.ReadAllBytes(file));
        return (png.Width, png.Height);
    }

    /// <summary>A report without what differs from run to run and from machine to machine: every key stays, times become 0.</summary>
    private static string Lasting(string json)
    {
        JsonNode report = JsonNode.Parse(json)!;
        (report["provider"], report["load_ms"], report["total_ms"]) = ("", 0, 0);
        JsonObject timings = report["requests"]![0]!["timings_ms"]!.AsObject();
        foreach (string stage in timings.Select(timing => timing.Key).ToArray())
        {
            timings[stage] = 0;
        }

        return report.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    [GeneratedRegex("--size ([0-9]+)x")]
    private static partial Regex Size();

    [GeneratedRegex("--[a-z][a-z-]+")]
    private static partial Regex Option();

    [GeneratedRegex("^\\| `(?:-[a-z]`, `)?(--[a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex Row();
}
