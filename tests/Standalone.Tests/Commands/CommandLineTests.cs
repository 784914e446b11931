using Limner.Standalone.Commands;

namespace Limner.Standalone.Tests.Commands;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("There is no command; 'limner --help' lists them.")]
    [InlineData("There is no command; 'limner keys --help' lists them.", "keys")]
    [InlineData("'a red boat' is no command; 'limner --help' lists them, and limner generate \"a red boat\" draws.", "a red boat")]
    [InlineData("'make' is no command; 'limner keys --help' lists them", "keys", "make")]
    [InlineData("'--sede=7' is not understood; a prompt of several words needs quotes, and 'limner generate --help' lists the options.", "generate", "a boat", "--sede=7")]
    [InlineData("Required argument 'PROMPT' missing for command: 'edit'; 'limner edit --help' shows how.", "edit", "picture.png")]
    [InlineData("Required argument 'PART' missing for command: 'blend'; 'limner blend --help' shows how.", "blend", "a red star")]
    [InlineData("Option '--tenant' is required; 'limner keys create --help' shows how.", "keys", "create")]
    public void What_is_not_understood_is_named_with_what_would_be(string sentence, params string[] arguments)
    {
        (ExitCode code, string output, string error) = Run(arguments);
        Assert.Equal(ExitCode.Request, code);
        Assert.StartsWith(sentence, error, StringComparison.Ordinal);
        Assert.Empty(output);
    }

    [Fact]
    public void A_prompt_may_begin_with_an_at_sign()
    {
        (ExitCode code, _, string error) = Run("generate", "@home", "--model", "nowhere");
        Assert.Equal(ExitCode.Model, code);
        Assert.Contains("There is no model folder 'nowhere'", error, StringComparison.Ordinal);
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
    [InlineData("http://127.0.0.1:7860/limner")]
    [InlineData("http://limner.example.org:7860")]
    public void An_address_that_cannot_be_served_is_named(string url)
    {
        (ExitCode code, string output, string error) = Run("serve", "--url", url);
        Assert.Equal(ExitCode.Request, code);
        Assert.Contains($"--url is '{url}'; it has to be ", error, StringComparison.Ordinal);
        Assert.Empty(output);
    }

    [Fact]
    public void An_address_with_https_is_told_that_serve_speaks_http()
    {
        (ExitCode code, string output, string error) = Run("serve", "--url", "https://127.0.0.1:7860");
        Assert.Equal((ExitCode.Request, ""), (code, output));
        Assert.StartsWith("--url is 'https://127.0.0.1:7860'; it has to be an http:// address, like http://127.0.0.1:7860: limner serve speaks no TLS", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--data is for the keys in a folder of this machine, --server and --key are for those of a running service; give the one or the other.", "keys", "list", "--data", "d", "--server", "http://127.0.0.1:1")]
    [InlineData("--data is for the keys in a folder of this machine", "keys", "revoke", "key_1", "--data", "d", "--key", "lmn_0")]
    [InlineData("--key is for a service, and none is named; name it with --server.", "keys", "create", "--tenant", "acme", "--key", "lmn_0")]
    [InlineData("There is no key for the service at http://127.0.0.1:1; ", "keys", "list", "--server", "http://127.0.0.1:1")]
    [InlineData("The file 'none.jsonl' cannot be read: ", "batches", "create", "none.jsonl", "--server", "http://127.0.0.1:1", "--key", "lmn_0")]
    public void What_does_not_go_together_is_one_sentence(string sentence, params string[] arguments)
    {
        (ExitCode code, string output, string error) = Run(arguments);
        Assert.Equal((ExitCode.Request, ""), (code, output));
        Assert.StartsWith(sentence, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void Every_exit_code_is_in_the_readme()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        Assert.All(Enum.GetValues<ExitCode>(), code => Assert.Contains($"\n| {(int)code} | ", readme, StringComparison.Ordinal));
    }

    private static (ExitCode Code, string Output, string Error) Run(params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        ExitCode code = new CommandLine(output, error, TimeProvider.System).Run(arguments, CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }
}
