using Limner.Standalone.Commands;

namespace Limner.Standalone.Tests.Commands;

public sealed class CommandLineTests
{
    [Fact]
    public void Without_a_command_the_sentence_says_so_and_the_code_is_2()
    {
        (ExitCode code, string output, string error) = Run();
        Assert.Equal(ExitCode.Request, code);
        Assert.Contains("command", error, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(output);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("generate", "--help")]
    public void Help_goes_to_standard_output_and_ends_with_an_example(params string[] arguments)
    {
        (ExitCode code, string output, string error) = Run(arguments);
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("Example:\n  limner generate \"", output, StringComparison.Ordinal);
        Assert.Empty(error);
    }

    [Fact]
    public void Every_exit_code_is_in_the_readme()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Limner.slnx")))
        {
            folder = folder.Parent;
        }

        string readme = File.ReadAllText(Path.Combine(folder.FullName, "README.md"));
        Assert.All(Enum.GetValues<ExitCode>(), code => Assert.Contains($"\n| {(int)code} | ", readme, StringComparison.Ordinal));
    }

    private static (ExitCode Code, string Output, string Error) Run(params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        ExitCode code = new CommandLine(output, error, TimeProvider.System).Run(arguments, CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }
}
