using System.CommandLine;
using Limner.Standalone.Client;

namespace Limner.Standalone.Commands;

/// <summary>The options <c>--server</c> and <c>--key</c>, and the variables that stand for them.</summary>
internal sealed class ServiceOptions
{
    private const string ServerVariable = "LIMNER_SERVER";
    private const string KeyVariable = "LIMNER_KEY";

    private readonly Option<string?> _server = new("--server") { HelpName = "address" };
    private readonly Option<string?> _key = new("--key") { Description = $"The service's API key [default: the variable {KeyVariable}].", HelpName = "key" };

    private ServiceOptions(string server) => _server.Description = server;

    /// <summary>Both.</summary>
    public IReadOnlyList<Option> All => [_server, _key];

    /// <summary>For a command that can do without a service.</summary>
    public static ServiceOptions For(string server) => new(server);

    /// <summary>Adds both to a command that asks a service: by default the one that 'limner serve' starts.</summary>
    public static ServiceOptions AddTo(Command command)
    {
        ServiceOptions options = For($"The service's address [default: the variable {ServerVariable}, or {ServeCommand.DefaultUrl}].");
        foreach (Option option in options.All)
        {
            command.Options.Add(option);
        }

        return options;
    }

    /// <summary>Whether one of them stands on the command line.</summary>
    public bool IsGiven(ParseResult parsed) => (Given(parsed, _server) ?? Given(parsed, _key)) is not null;

    /// <summary>Null if no service is named.</summary>
    public ServiceAddress? Find(ParseResult parsed) =>
        (Given(parsed, _server) ?? Variable(ServerVariable)) is { } server ? Read(server, parsed)
        : Given(parsed, _key) is not null ? throw new CommandException(ExitCode.Request, "--key is for a service, and none is named; name it with --server.")
        : null;

    public ServiceAddress Get(ParseResult parsed) => Read(Given(parsed, _server) ?? Variable(ServerVariable) ?? ServeCommand.DefaultUrl, parsed);

    private ServiceAddress Read(string server, ParseResult parsed)
    {
        if (!Uri.TryCreate(server.EndsWith('/') ? server : $"{server}/", UriKind.Absolute, out Uri? address)
            || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps) || address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            string name = parsed.GetResult(_server) is null ? ServerVariable : "--server";
            throw new CommandException(ExitCode.Request, $"{name} is '{server}'; it has to be an address like {ServeCommand.DefaultUrl} or https://limner.example.org.");
        }

        string key = Given(parsed, _key) ?? Variable(KeyVariable)
            ?? throw new CommandException(ExitCode.Request, $"There is no key for the service at {address.AbsoluteUri.TrimEnd('/')}; give it in the variable {KeyVariable} or with --key.");
        return key.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-') ? new ServiceAddress(address, key)
            : throw new CommandException(ExitCode.Request, "The key has characters that no key has; it begins with lmn_ and goes on with A-Z, a-z, 0-9, '_' and '-'.");
    }

    private static string? Given(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) is { Length: > 0 } text ? text : null;

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? text : null;
}
