using System.Text.RegularExpressions;

namespace Limner.EndToEnd.Tests;

public sealed partial class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    public static TheoryData<string> Commands =>
        [.. Block().Matches(Readme).SelectMany(block => block.Groups[1].Value.Split('\n')).Where(line => line.StartsWith("./limner ", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_of_the_readme_works(string command)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("prompts.txt"), "a red star\na blue house\n");
        // Stands for the launcher, whose building has a test of its own; the tiny model stands for the default one where that is not there.
        string model = Directory.Exists(Repository.DefaultModel) ? "" : $"--model '{Repository.TinyModel}'";
        File.WriteAllText(folder.At("limner"), $"#!/bin/bash\nexec dotnet '{Repository.Program}' \"$@\" {model}\n");

        LimnerProcess.Result result = LimnerProcess.Bash(folder, $"chmod +x limner; {command}");

        Assert.True(result.Code == 0, $"exit code {result.Code}: {result.Error}");
        Assert.True(command.EndsWith("--help", StringComparison.Ordinal) || folder.Files("out").Any(file => file.EndsWith(".png", StringComparison.Ordinal)));
    }

    [Fact]
    public void There_are_commands_to_try() => Assert.True(Commands.Count >= 3);

    [Fact]
    public void The_readme_names_every_option_that_help_names()
    {
        using var folder = new TemporaryFolder();
        LimnerProcess.Result help = LimnerProcess.Run(folder, "generate", "--help");
        Assert.Equal(0, help.Code);
        Assert.Contains("limner generate \"a large red star", help.Output, StringComparison.Ordinal);
        string[] options = [.. Option().Matches(help.Output).Select(match => match.Value).Distinct().Where(option => option is not ("--help" or "--version"))];
        Assert.True(options.Length >= 13, string.Join(' ', options));
        Assert.All(options, option => Assert.Contains($"`{option}", Readme, StringComparison.Ordinal));
    }

    [Fact]
    public void Version_prints_the_version()
    {
        using var folder = new TemporaryFolder();
        LimnerProcess.Result result = LimnerProcess.Run(folder, "--version");
        Assert.Matches("^[0-9]+\\.[0-9]+\\.[0-9]+\n$", result.Output);
        Assert.Equal(0, result.Code);
    }

    [GeneratedRegex("```bash test\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("--[a-z][a-z-]+")]
    private static partial Regex Option();
}
