using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Limner.Standalone.Commands;
using Limner.Standalone.Keys;
using Limner.Standalone.Serving;

namespace Limner.Standalone.Tests.Keys;

/// <summary>The command on a data folder that no server has; EndToEnd.Tests does the same beside a server.</summary>
public sealed partial class KeyKeeperTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("limner-keys-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_key_is_printed_alone_then_listed_by_its_beginning_and_can_be_revoked_by_it()
    {
        (string key, string said) = Run(Create("acme"));
        key = key.TrimEnd();
        Assert.Matches(Secret(), key);
        Assert.Contains("of acme. It is shown this once.", said, StringComparison.Ordinal);
        Run(Create("other"));

        (string list, _) = Run(new KeyOptions.List("acme", _folder, Json: false));
        string[] lines = list.TrimEnd().Split('\n');
        Assert.StartsWith("ID ", lines[0], StringComparison.Ordinal);
        Assert.Matches($"^key_[0-9a-f]{{32}}  {key[..12]}  acme +generate,read  60/min, 1000 images/month  open until 2099-01-31$", Assert.Single(lines[1..]));
        Assert.DoesNotContain(key[12..], list, StringComparison.Ordinal);

        Assert.Contains("of acme is revoked", Run(new KeyOptions.Revoke(key[..12], _folder, Json: false)).Output, StringComparison.Ordinal);
        Assert.Contains("revoked ", Run(new KeyOptions.List("acme", _folder, Json: false)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_is_changed_by_its_beginning_and_shown_as_it_is_then()
    {
        string key = Run(Create("acme")).Output.TrimEnd();
        string changed = Run(new KeyOptions.Change(key[..12], new JsonObject { ["requests_per_minute"] = 5, ["monthly_images"] = null }, _folder, Json: false)).Output;
        Assert.Matches($"{key[..12]}  acme +generate,read  5/min +open until 2099-01-31$", changed.TrimEnd());
        CommandException nothing = Assert.Throws<CommandException>(() => Run(new KeyOptions.Change(key[..12], [], _folder, Json: false)));
        Assert.Equal(ExitCode.Request, nothing.Code);
        Assert.StartsWith("There is nothing to change; there are name, ", nothing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_clears_the_screen_is_listed_as_text()
    {
        Run(Create("acme", name: "a\u001b[2Jb"));
        string list = Run(new KeyOptions.List("acme", _folder, Json: false)).Output;
        Assert.DoesNotContain('\u001b', list);
        Assert.Contains("a [2Jb", list, StringComparison.Ordinal);
    }

    [Fact]
    public void As_JSON_it_answers_what_the_API_does()
    {
        JsonNode made = JsonNode.Parse(Run(Create("acme") with { Json = true }).Output)!;
        Assert.Matches(Secret(), (string)made["key"]!);
        JsonNode list = JsonNode.Parse(Run(new KeyOptions.List(null, _folder, Json: true)).Output)!;
        Assert.Equal((string)made["id"]!, (string)Assert.Single(list["data"]!.AsArray())!["id"]!);
        JsonNode revoked = JsonNode.Parse(Run(new KeyOptions.Revoke((string)made["id"]!, _folder, Json: true)).Output)!;
        Assert.NotNull(revoked["revoked_at"]);
    }

    [Fact]
    public void What_does_not_exist_is_named()
    {
        CommandException nothing = Assert.Throws<CommandException>(() => Run(new KeyOptions.List(null, Path.Combine(_folder, "none"), Json: false)));
        Assert.Equal(ExitCode.Output, nothing.Code);
        Assert.False(Directory.Exists(Path.Combine(_folder, "none")));
        Run(Create("acme"));
        foreach (string key in new[] { "key_00000000000000000000000000000000", "lmn_01234567", "key_1" })
        {
            CommandException unknown = Assert.Throws<CommandException>(() => Run(new KeyOptions.Revoke(key, _folder, Json: false)));
            Assert.Equal(ExitCode.Request, unknown.Code);
            Assert.Contains($"'{key}'", unknown.Message, StringComparison.Ordinal);
        }

        CommandException whole = Assert.Throws<CommandException>(() => Run(new KeyOptions.Revoke("lmn_0123456789abcdef", _folder, Json: false)));
        Assert.Equal((ExitCode.Request, "A key is named by how it begins: 'lmn_01234567'."), (whole.Code, whole.Message));
        CommandException wrong = Assert.Throws<CommandException>(() => Run(Create("No Tenant")));
        Assert.Equal(ExitCode.Request, wrong.Code);
        Assert.Contains("tenant is 'No Tenant'; it has to be", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_is_only_starting_is_said()
    {
        using DataFolder starting = DataFolder.Open(_folder);
        CommandException early = Assert.Throws<CommandException>(() => Run(Create("acme")));
        Assert.Equal(ExitCode.Output, early.Code);
        Assert.Contains("still starting", early.Message, StringComparison.Ordinal);
    }

    private KeyOptions.Create Create(string tenant, string name = "") => new(
        new JsonObject { ["tenant"] = tenant, ["name"] = name, ["requests_per_minute"] = 60, ["monthly_images"] = 1000, ["expires_at"] = "2099-01-31T00:00:00Z" }, _folder, Json: false);

    private static (string Output, string Error) Run(KeyOptions options)
    {
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        new KeyKeeper(output, error, TimeProvider.System).Run(options, TestContext.Current.CancellationToken);
        return (output.ToString(), error.ToString());
    }

    [GeneratedRegex("^lmn_[A-Za-z0-9_-]{43}$")]
    private static partial Regex Secret();
}
