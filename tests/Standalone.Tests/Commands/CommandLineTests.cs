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
    [InlineData("limner generate \"", "--help")]
    [InlineData("limner generate \"", "-h")]
    [InlineData("limner generate \"", "generate", "--help")]
    [InlineData("limner serve ", "serve", "--help")]
    [InlineData("limner keys list", "keys", "--help")]
    [InlineData("limner keys create --tenant ", "keys", "create", "--help")]
    public void Help_goes_to_standard_output_and_ends_with_an_example(string example, params string[] arguments)
    {
        (ExitCode code, string output, string error) = Run(arguments);
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains($"Example:\n  {example}", output, StringComparison.Ordinal);
        Assert.Empty(error);
    }

    [Theory]
    [InlineData("127.0.0.1:7860")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("https://127.0.0.1:7860")]
    [InlineData("http://127.0.0.1:7860/limner")]
    public void An_address_that_cannot_be_served_is_named(string url)
    {
        (ExitCode code, string output, string error) = Run("serve", "--url", url);
        Assert.Equal(ExitCode.Request, code);
        Assert.Contains($"--url is '{url}'; it has to be ", error, StringComparison.Ordinal);
        Assert.Empty(output);
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
