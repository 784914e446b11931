using System.CommandLine;
using Limner.Standalone.Client;

namespace Limner.Standalone.Commands;

/// <summary>Runs a call of the API for a command.</summary>
internal delegate void RunCall(ServiceAddress address, ServiceCall call, bool json);

/// <summary>A command that is one call of a service's API.</summary>
internal static class ServiceCommand
{
    public static Command Create(string name, string description, RunCall run, Func<ParseResult, ServiceCall> call, params IEnumerable<Symbol> own)
    {
        Command command = Create(name, description, own);
        ServiceOptions service = ServiceOptions.AddTo(command);
        Option<bool> json = AddJson(command, "Print the API's answer as JSON.");
        command.SetAction(parsed => run(service.Get(parsed), call(parsed), parsed.GetValue(json)));
        return command;
    }

    /// <summary>One that does more with what has this id than one call.</summary>
    public static Command Create(string name, string description, Argument<string> id, string json, Action<ServiceAddress, string, bool> run)
    {
        Command command = Create(name, description, [id]);
        ServiceOptions service = ServiceOptions.AddTo(command);
        Option<bool> asJson = AddJson(command, json);
        command.SetAction(parsed => run(service.Get(parsed), parsed.GetValue(id)!, parsed.GetValue(asJson)));
        return command;
    }

    public static Command Create(string name, string description, IEnumerable<Symbol> own)
    {
        var command = new Command(name, description);
        foreach (Symbol symbol in own)
        {
            if (symbol is Argument argument)
            {
                command.Arguments.Add(argument);
            }
            else
            {
                command.Options.Add((Option)symbol);
            }
        }

        return command;
    }

    public static Option<bool> AddJson(Command command, string description)
    {
        var json = new Option<bool>("--json") { Description = description };
        command.Options.Add(json);
        return json;
    }
}
