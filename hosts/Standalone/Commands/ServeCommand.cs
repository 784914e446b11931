using System.CommandLine;
using System.CommandLine.Parsing;
using Limner.Inference;

namespace Limner.Standalone.Commands;

/// <summary>The command <c>serve</c>: its options, and how they become <see cref="ServeOptions"/>.</summary>
internal static class ServeCommand
{
    public const string DefaultUrl = "http://127.0.0.1:7860";

    public static Command Create(Action<ServeOptions> run)
    {
        var url = new Option<string>("--url") { Description = $"Where it listens [default: {DefaultUrl}]; http://0.0.0.0:7860 lets other machines in.", HelpName = "address" };
        url.Validators.Add(CheckAddress);
        Option<string?> data = DataOption.Create();
        var model = new Option<string?>("--model") { Description = "A model folder [default: models/limner-first].", HelpName = "folder" };
        Option<int?> threads = BoundedOption.Create("--threads", "CPU threads of one operator [default: one for each core].", 1, 1024);
        Option<ExecutionProvider> provider = ProviderOption.Create();

        var command = new Command("serve", "Serves the HTTP API: all services in this process, and no server beside it. Environment variables such as Bus__Transport name servers to use.")
        {
            url, data, model, threads, provider,
        };
        command.SetAction(parsed => run(new ServeOptions
        {
            Url = parsed.GetValue(url) ?? DefaultUrl,
            Data = parsed.GetValue(data),
            Model = parsed.GetValue(model),
            Threads = parsed.GetValue(threads),
            Provider = parsed.GetResult(provider) is null ? null : parsed.GetValue(provider),
        }));
        return command;
    }

    private static void CheckAddress(OptionResult result)
    {
        string given = result.Tokens[0].Value;
        _ = Uri.TryCreate(given, UriKind.Absolute, out Uri? address);
        if (address?.Scheme == Uri.UriSchemeHttps)
        {
            result.AddError($"--url is '{given}'; it has to be an http:// address, like {DefaultUrl}: limner serve speaks no TLS, which is for a proxy in front of it.");
        }
        // Of any other name the server would listen at all addresses of the machine.
        else if (address?.Scheme != Uri.UriSchemeHttp || address.PathAndQuery != "/" || address.Fragment.Length > 0 || (address.HostNameType == UriHostNameType.Dns && address.Host != "localhost"))
        {
            result.AddError($"--url is '{given}'; it has to be an http:// address of this machine in numbers, or localhost, without a path, like {DefaultUrl}.");
        }
    }
}
