using System.CommandLine;
using Limner.Standalone.Client;

namespace Limner.Standalone.Commands;

/// <summary>The command <c>usage</c>.</summary>
internal static class UsageCommand
{
    public static Command Create(RunCall run)
    {
        var from = new Option<string?>("--from") { Description = "The first day, like 2030-01-31 [default: the first of the last day's month].", HelpName = "day" };
        var to = new Option<string?>("--to") { Description = "The last day [default: today].", HelpName = "day" };
        var tenant = new Option<string?>("--tenant") { Description = "Another tenant's; asks for the scope admin.", HelpName = "name" };
        var key = new Option<string?>("--of-key") { Description = "Only what this key (key_...) used.", HelpName = "id" };
        return ServiceCommand.Create("usage", "Shows what was drawn with a running service, by day, key and model, and what is left of quotas.", run, parsed => ServiceCall.Get(
            ServiceCall.Query("v1/usage", ("from", parsed.GetValue(from)), ("to", parsed.GetValue(to)), ("tenant", parsed.GetValue(tenant)), ("key", parsed.GetValue(key))),
            UsageLines.Table), [from, to, tenant, key]);
    }
}
