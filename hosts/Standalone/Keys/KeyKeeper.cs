using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Limner.Gateway.Keys;
using Limner.Standalone.Commands;

namespace Limner.Standalone.Keys;

/// <summary>The command <c>keys</c>.</summary>
internal sealed class KeyKeeper(TextWriter output, TextWriter error, TimeProvider time)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Run(KeyOptions options, CancellationToken stop) => RunAsync(options, stop).GetAwaiter().GetResult();

    private async Task RunAsync(KeyOptions options, CancellationToken stop)
    {
        await using IKeys keys = options.Service is { } service ? new ServiceKeys(service, time) : await KeyDatabase.OpenAsync(options.Data, isNew: options is KeyOptions.Create, stop);
        try
        {
            switch (options)
            {
                case KeyOptions.Create create:
                    SayMade(await keys.CreateAsync(create.Request, stop), options.Json);
                    break;
                case KeyOptions.List list:
                    SayList(await keys.ListAsync(list.Tenant, stop), options.Json);
                    break;
                case KeyOptions.Change change:
                    SayChanged(await keys.ChangeAsync(await FindAsync(keys, change.Key, stop), change.Request, stop), options.Json);
                    break;
                case KeyOptions.Revoke revoke:
                    SayRevoked(await keys.RevokeAsync(await FindAsync(keys, revoke.Key, stop), stop), options.Json);
                    break;
                default:
                    throw new ArgumentException($"There is no command for {options.GetType().Name}.", nameof(options));
            }
        }
        catch (ArgumentException wrong)
        {
            throw new CommandException(ExitCode.Request, wrong.Message, wrong);
        }
        catch (Exception problem) when (KeyDatabase.Explain(problem) is { } explained)
        {
            throw explained;
        }
    }

    // A whole key is not taken: what is typed into a shell stays in its history. And what is said of it stays in logs.
    private static async Task<string> FindAsync(IKeys keys, string key, CancellationToken stop)
    {
        if (!key.StartsWith("lmn_", StringComparison.Ordinal))
        {
            return key;
        }

        if (key.Length > KeyRegistration.ShownCharacters)
        {
            throw new ArgumentException($"A key is named by how it begins: '{key[..KeyRegistration.ShownCharacters]}'.");
        }

        JsonObject[] found = [.. (await keys.ListAsync(null, stop)).Where(known => (string)known["prefix"]! == key)];
        return found.Length == 1 ? (string)found[0]["id"]!
            : throw new ArgumentException($"{(found.Length == 0 ? "No key is listed as" : "Several keys are listed as")} '{key}'; 'limner keys list' shows how each begins, and its id.");
    }

    private void SayMade(JsonObject key, bool json)
    {
        if (json)
        {
            Say(key);
            return;
        }

        // The key alone, so that KEY=$(limner keys create …) has it.
        output.WriteLine((string)key["key"]!);
        error.WriteLine($"This is the key {(string)key["id"]!} of {(string)key["tenant"]!}. It is shown this once.");
    }

    private void SayList(IReadOnlyList<JsonObject> keys, bool json)
    {
        if (json)
        {
            Say(new JsonObject { ["object"] = "list", ["data"] = new JsonArray([.. keys]) });
            return;
        }

        foreach (string line in KeyTable.Lines(keys, time.GetUtcNow()))
        {
            output.WriteLine(line);
        }
    }

    private void SayChanged(JsonObject key, bool json)
    {
        if (json)
        {
            Say(key);
            return;
        }

        SayList([key], json: false);
    }

    private void SayRevoked(JsonObject key, bool json)
    {
        if (json)
        {
            Say(key);
            return;
        }

        output.WriteLine($"{(string)key["id"]!} ({(string)key["prefix"]!}…) of {(string)key["tenant"]!} is revoked. Within seconds no server takes it any more.");
    }

    private void Say(JsonObject answer) => output.WriteLine(answer.ToJsonString(Indented));
}
