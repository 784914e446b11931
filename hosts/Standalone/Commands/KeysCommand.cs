using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Limner.Standalone.Commands;

/// <summary>The command <c>keys</c>: its four commands, their options, and how they become <see cref="KeyOptions"/>.</summary>
internal static class KeysCommand
{
    private const int Most = 2_000_000_000;
    private const string None = "none";
    private const string Never = "never";

    public static Command Create(Action<KeyOptions> run) => new("keys", "Makes, lists, changes and revokes API keys: of a running service, on the data folder of serve while it runs or not, or on the database that Database__ variables name.")
    {
        CreateKey(run), ListKeys(run), ChangeKey(run), RevokeKey(run),
    };

    private static Command CreateKey(Action<KeyOptions> run)
    {
        var tenant = new Option<string>("--tenant") { Description = "Whose key it is to be: a-z, 0-9, '_' and '-'.", HelpName = "name", Required = true };
        var name = new Option<string?>("--name") { Description = "What it is for.", HelpName = "text" };
        var scopes = new Option<string?>("--scopes") { Description = "What it may do, with commas: generate, read, admin [default: generate,read].", HelpName = "scopes" };
        Option<int?> rate = BoundedOption.Create("--rate", "Requests in a minute [default: no limit].", 1, Most);
        Option<int?> jobs = BoundedOption.Create("--jobs", "Interactive jobs at once [default: no limit].", 1, Most);
        Option<int?> quota = BoundedOption.Create("--quota", "Images in a month [default: no limit].", 1, Most);
        Option<int?> seconds = BoundedOption.Create("--quota-seconds", "Compute seconds in a month [default: no limit].", 1, Most);
        var expires = new Option<DateTimeOffset?>("--expires") { Description = "When it ends, e.g. 2030-01-31 or 2030-01-31T12:00:00Z [default: never].", HelpName = "time", CustomParser = ParseTime };
        var command = new Command("create", "Makes a key and prints it, this once, on standard output.") { tenant, name, scopes, rate, jobs, quota, seconds, expires };
        KeyPlace place = KeyPlace.AddTo(command);
        command.SetAction(parsed =>
        {
            var request = new JsonObject { ["tenant"] = parsed.GetValue(tenant), ["name"] = parsed.GetValue(name) };
            if (parsed.GetValue(scopes) is { } given)
            {
                request["scopes"] = new JsonArray([.. given.Split(',', StringSplitOptions.TrimEntries).Select(scope => JsonValue.Create(scope))]);
            }

            request["requests_per_minute"] = parsed.GetValue(rate);
            request["concurrent_jobs"] = parsed.GetValue(jobs);
            request["monthly_images"] = parsed.GetValue(quota);
            request["monthly_compute_seconds"] = parsed.GetValue(seconds);
            request["expires_at"] = parsed.GetValue(expires);
            run(new KeyOptions.Create(request, place.Data(parsed), place.Json(parsed)) { Service = place.Service(parsed) });
        });
        return command;
    }

    private static Command ListKeys(Action<KeyOptions> run)
    {
        var tenant = new Option<string?>("--tenant") { Description = "Only this tenant's.", HelpName = "name" };
        var command = new Command("list", "Lists keys, the newest first: how they begin, whose they are, what they may do.") { tenant };
        KeyPlace place = KeyPlace.AddTo(command);
        command.SetAction(parsed => run(new KeyOptions.List(parsed.GetValue(tenant), place.Data(parsed), place.Json(parsed)) { Service = place.Service(parsed) }));
        return command;
    }

    private static Command ChangeKey(Action<KeyOptions> run)
    {
        Argument<string> key = KeyArgument();
        (string Field, Option<string?> Option)[] terms =
        [
            ("name", new("--name") { Description = "What it is for.", HelpName = "text" }),
            ("requests_per_minute", Limit("--rate", "Requests in a minute, or 'none' for no limit.")),
            ("concurrent_jobs", Limit("--jobs", "Interactive jobs at once, or 'none'.")),
            ("monthly_images", Limit("--quota", "Images in a month, or 'none'; what was taken this month stays taken.")),
            ("monthly_compute_seconds", Limit("--quota-seconds", "Compute seconds in a month, or 'none'.")),
            ("expires_at", Term("--expires", "When it ends, e.g. 2030-01-31 or 2030-01-31T12:00:00Z, or 'never'.", "time", "a day or a time like 2030-01-31 or 2030-01-31T12:00:00Z, or 'never'", given => given == Never || ParseTime(given) is not null)),
        ];
        var command = new Command("change", "Changes a key's name, limits or end; what is not named stays as it is. Within seconds every server goes by it.") { key };
        foreach ((_, Option<string?> term) in terms)
        {
            command.Add(term);
        }

        KeyPlace place = KeyPlace.AddTo(command);
        command.SetAction(parsed =>
        {
            var request = new JsonObject();
            foreach ((string field, Option<string?> term) in terms)
            {
                if (parsed.GetValue(term) is { } given)
                {
                    request[field] = ValueOf(field, given);
                }
            }

            run(new KeyOptions.Change(parsed.GetValue(key)!, request, place.Data(parsed), place.Json(parsed)) { Service = place.Service(parsed) });
        });
        return command;
    }

    private static Option<string?> Limit(string name, string description) => Term(
        name, description, "number", string.Create(CultureInfo.InvariantCulture, $"a whole number from 1 to {Most}, or 'none'"), given => given == None || (Number(given) is { } number and >= 1 && number <= Most));

    private static Option<string?> Term(string name, string description, string help, string form, Predicate<string> isRight)
    {
        var term = new Option<string?>(name) { Description = description, HelpName = help };
        term.Validators.Add(result =>
        {
            if (result.Tokens is [var given] && !isRight(given.Value))
            {
                result.AddError($"{name} is '{given.Value}'; it has to be {form}.");
            }
        });
        return term;
    }

    private static int? Number(string given) => int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static JsonValue? ValueOf(string field, string given) => field switch
    {
        "name" => JsonValue.Create(given),
        "expires_at" => given == Never ? null : JsonValue.Create(ParseTime(given)),
        _ => given == None ? null : JsonValue.Create(Number(given)),
    };

    private static Command RevokeKey(Action<KeyOptions> run)
    {
        Argument<string> key = KeyArgument();
        var command = new Command("revoke", "Revokes a key: within seconds no server takes it any more.") { key };
        KeyPlace place = KeyPlace.AddTo(command);
        command.SetAction(parsed => run(new KeyOptions.Revoke(parsed.GetValue(key)!, place.Data(parsed), place.Json(parsed)) { Service = place.Service(parsed) }));
        return command;
    }

    private static Argument<string> KeyArgument() => new("KEY") { Description = "Its id (key_...), or how it begins (lmn_...) as 'keys list' shows it." };

    private static DateTimeOffset? ParseTime(ArgumentResult result)
    {
        string given = result.Tokens[0].Value;
        if (ParseTime(given) is { } time)
        {
            return time;
        }

        result.AddError($"--expires is '{given}'; it has to be a day or a time like 2030-01-31 or 2030-01-31T12:00:00Z.");
        return null;
    }

    private static DateTimeOffset? ParseTime(string given) =>
        DateTimeOffset.TryParse(given, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time) ? time : null;
}
