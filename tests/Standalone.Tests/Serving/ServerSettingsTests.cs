using System.Runtime.Versioning;
using Limner.Inference;
using Limner.Standalone.Commands;
using Limner.Standalone.Serving;
using Microsoft.Extensions.Configuration;

namespace Limner.Standalone.Tests.Serving;

public sealed class ServerSettingsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("limner-serve-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Without_anything_said_no_server_is_needed_and_everything_is_in_the_data_folder()
    {
        ConfigurationManager settings = Apply([], new ServeOptions { Url = "http://127.0.0.1:0" });

        Assert.Equal("memory", settings["Bus:Transport"]);
        Assert.Equal("sqlite", settings["Database:Provider"]);
        Assert.Equal($"Data Source={Path.Combine(_folder, "limner.db")}", settings["Database:ConnectionString"]);
        Assert.Equal(Path.Combine(_folder, "images"), settings["Storage:Path"]);
        Assert.EndsWith(Path.Combine("models", "limner-first"), settings["Model:Folder"], StringComparison.Ordinal);
    }

    [Fact]
    public void The_environment_beats_the_defaults_and_the_command_line_beats_the_environment()
    {
        Dictionary<string, string?> environment = new()
        {
            ["Bus:Transport"] = "rabbitmq",
            ["Database:Provider"] = "postgres",
            ["Model:Folder"] = "from-the-environment",
            ["Execution:Provider"] = "cuda",
            ["Execution:Threads"] = "3",
        };

        ConfigurationManager left = Apply(environment, new ServeOptions { Url = "http://127.0.0.1:0" });
        ConfigurationManager said = Apply(environment, new ServeOptions { Url = "http://127.0.0.1:0", Model = _folder, Provider = ExecutionProvider.Cpu, Threads = 1 });

        Assert.Equal(["rabbitmq", "postgres", "from-the-environment", "cuda", "3"], environment.Keys.Select(key => left[key]));
        Assert.Equal(["rabbitmq", "postgres", _folder, "Cpu", "1"], environment.Keys.Select(key => said[key]));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void The_key_of_webhooks_is_made_once_for_its_owner_alone()
    {
        string file = Path.Combine(_folder, "webhooks.key");
        string? first = Apply([], new ServeOptions { Url = "http://127.0.0.1:0" })["Webhooks:EncryptionKeys"];
        Assert.Equal(32, Convert.FromBase64String(first!).Length);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(first, Apply([], new ServeOptions { Url = "http://127.0.0.1:0" })["Webhooks:EncryptionKeys"]);
        Assert.Equal("from-the-environment", Apply(new() { ["Webhooks:EncryptionKeys"] = "from-the-environment" }, new ServeOptions { Url = "http://127.0.0.1:0" })["Webhooks:EncryptionKeys"]);
    }

    [Fact]
    public void The_key_that_signs_addresses_is_made_once_and_its_owners_alone()
    {
        string first = Apply([], new ServeOptions { Url = "http://127.0.0.1:0" })["Images:SigningKeys"]!, second = Apply([], new ServeOptions { Url = "http://127.0.0.1:0" })["Images:SigningKeys"]!;

        Assert.Equal(first, second);
        Assert.Equal(32, Convert.FromBase64String(first).Length);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(Path.Combine(_folder, "signing.key")) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.Equal("given", Apply(new() { ["Images:SigningKeys"] = "given" }, new ServeOptions { Url = "http://127.0.0.1:0" })["Images:SigningKeys"]);
    }

    private ConfigurationManager Apply(Dictionary<string, string?> environment, ServeOptions options)
    {
        var settings = new ConfigurationManager();
        settings.AddInMemoryCollection(environment);
        using DataFolder data = DataFolder.Open(_folder);
        ServerSettings.Apply(settings, options, data);
        return settings;
    }
}
