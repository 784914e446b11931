using System.CommandLine;
using Limner.Standalone.Commands;

namespace Limner.Standalone.Tests.Commands;

public sealed class KeysCommandTests
{
    [Fact]
    public void Every_option_becomes_what_the_API_takes()
    {
        KeyOptions.Create create = Assert.IsType<KeyOptions.Create>(Parse(
            "create", "--tenant", "acme", "--name", "web shop", "--scopes", "generate, admin", "--rate", "60", "--jobs", "5", "--quota", "1000", "--quota-seconds", "3600",
            "--expires", "2030-01-31", "--data", "d", "--json"));
        Assert.Equal(
            """{"tenant":"acme","name":"web shop","scopes":["generate","admin"],"requests_per_minute":60,"concurrent_jobs":5,"monthly_images":1000,"monthly_compute_seconds":3600,"expires_at":"2030-01-31T00:00:00+00:00"}""",
            create.Request.ToJsonString(new System.Text.Json.JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Equal(("d", true), (create.Data, create.Json));
    }

    [Fact]
    public void Of_a_change_only_what_is_named_goes_to_the_API_and_none_is_null()
    {
        KeyOptions.Change change = Assert.IsType<KeyOptions.Change>(Parse("change", "lmn_01234567", "--name", "7", "--rate", "60", "--quota", "none", "--expires", "2030-01-31", "--data", "d"));
        Assert.Equal(
            """{"name":"7","requests_per_minute":60,"monthly_images":null,"expires_at":"2030-01-31T00:00:00+00:00"}""",
            change.Request.ToJsonString(new System.Text.Json.JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Equal(("lmn_01234567", "d", false), (change.Key, change.Data, change.Json));
        Assert.Equal("""{"expires_at":null}""", Assert.IsType<KeyOptions.Change>(Parse("change", "key_1", "--expires", "never")).Request.ToJsonString());
    }

    [Fact]
    public void What_is_left_out_is_left_to_the_API()
    {
        KeyOptions.Create create = Assert.IsType<KeyOptions.Create>(Parse("create", "--tenant", "acme"));
        Assert.Equal(["tenant"], create.Request.Where(field => field.Value is not null).Select(field => field.Key));
        Assert.Equal(new KeyOptions.List("acme", null, false), Parse("list", "--tenant", "acme"));
        Assert.Equal(new KeyOptions.Revoke("key_1", null, false), Parse("revoke", "key_1"));
    }

    [Theory]
    [InlineData("--tenant", "create")]
    [InlineData("--rate is '0'; it has to be a whole number from 1 to", "create", "--tenant", "a", "--rate", "0")]
    [InlineData("--quota is 'many'", "create", "--tenant", "a", "--quota", "many")]
    [InlineData("--expires is 'soon'; it has to be a day or a time", "create", "--tenant", "a", "--expires", "soon")]
    [InlineData("--rate is 'many'; it has to be a whole number from 1 to 2000000000, or 'none'.", "change", "key_1", "--rate", "many")]
    [InlineData("--jobs is '0'; it has to be", "change", "key_1", "--jobs", "0")]
    [InlineData("--expires is 'soon'; it has to be a day or a time like 2030-01-31 or 2030-01-31T12:00:00Z, or 'never'.", "change", "key_1", "--expires", "soon")]
    [InlineData("'--scope' is not understood; 'limner keys list --help'", "list", "--scope", "read")]
    [InlineData("Required argument", "revoke")]
    [InlineData("There is no command", "")]
    public void What_is_wrong_is_one_sentence(string sentence, params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        ExitCode code = new CommandLine(output, error, TimeProvider.System).Run(["keys", .. arguments.Where(argument => argument.Length > 0)], CancellationToken.None);
        Assert.Equal((ExitCode.Request, ""), (code, output.ToString()));
        Assert.Contains(sentence, error.ToString(), StringComparison.Ordinal);
        Assert.Single(error.ToString().TrimEnd().Split('\n'));
    }

    private static KeyOptions Parse(params string[] arguments)
    {
        KeyOptions? parsed = null;
        Assert.Equal(0, KeysCommand.Create(options => parsed = options).Parse(arguments).Invoke());
        return parsed!;
    }
}
