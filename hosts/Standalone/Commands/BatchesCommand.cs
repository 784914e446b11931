using System.CommandLine;
using Limner.Standalone.Client;

namespace Limner.Standalone.Commands;

/// <summary>The command <c>batches</c>.</summary>
internal static class BatchesCommand
{
    private const string Batches = "v1/batches";
    private const string Jobs = "/v1/jobs";

    public static Command Create(RunCall run, Action<ServiceAddress, BatchOptions> keep) => new("batches", "Starts, lists, shows and cancels batches of a running service, files of many requests, and fetches what came of them.")
    {
        Start(keep),
        List(run),
        Get(keep),
        Cancel(run),
        Results(keep),
    };

    private static Command Start(Action<ServiceAddress, BatchOptions> keep)
    {
        var file = new Argument<string>("FILE") { Description = "JSON Lines, one request a line; '-' reads standard input." };
        var endpoint = new Option<string>("--endpoint") { Description = $"The url of every line, /v1/images/generations or {Jobs} [default: {Jobs}].", HelpName = "path" };
        Option<bool> wait = Wait();
        Command command = ServiceCommand.Create("create", "Uploads a file of requests and starts to work at them.", [file, endpoint, wait]);
        ServiceOptions service = ServiceOptions.AddTo(command);
        Option<bool> json = ServiceCommand.AddJson(command, "Print the batch as JSON.");
        command.SetAction(parsed => keep(
            service.Get(parsed), new BatchOptions.Create(parsed.GetValue(file)!, parsed.GetValue(endpoint) ?? Jobs, parsed.GetValue(wait), parsed.GetValue(json))));
        return command;
    }

    private static Command List(RunCall run)
    {
        Option<int?> limit = BoundedOption.Create("--limit", "How many, 1 to 100 [default: 20].", 1, 100);
        var after = new Option<string?>("--after") { Description = "Go on after this batch, the last of another list.", HelpName = "id" };
        return ServiceCommand.Create("list", "Lists batches, the newest first.", run, parsed => ServiceCall.Get(
            ServiceCall.Query(Batches, ("limit", parsed.GetValue(limit)?.ToString()), ("after", parsed.GetValue(after))), BatchLines.Table), [limit, after]);
    }

    private static Command Get(Action<ServiceAddress, BatchOptions> keep)
    {
        (Argument<string> id, Option<bool> wait) = (Id(), Wait());
        Command command = ServiceCommand.Create("get", "Shows a batch: how far it is, and what is wrong with its file.", [id, wait]);
        ServiceOptions service = ServiceOptions.AddTo(command);
        Option<bool> json = ServiceCommand.AddJson(command, "Print the batch as JSON.");
        command.SetAction(parsed => keep(service.Get(parsed), new BatchOptions.Get(parsed.GetValue(id)!, parsed.GetValue(wait), parsed.GetValue(json))));
        return command;
    }

    private static Command Cancel(RunCall run)
    {
        Argument<string> id = Id();
        return ServiceCommand.Create("cancel", "Takes back what of a batch is not done.", run, parsed => ServiceCall.Post($"{ServiceCall.At(Batches, parsed.GetValue(id)!)}/cancel", null, BatchLines.One), [id]);
    }

    private static Command Results(Action<ServiceAddress, BatchOptions> keep)
    {
        (Argument<string> id, Option<bool> wait) = (Id(), Wait());
        Option<string> folder = OutOption.Create("Where the files go.");
        Command command = ServiceCommand.Create("results", "Writes the results of a batch that is over: BATCH-output.jsonl with what succeeded, BATCH-errors.jsonl with what did not.", [id, folder, wait]);
        ServiceOptions service = ServiceOptions.AddTo(command);
        command.SetAction(parsed => keep(service.Get(parsed), new BatchOptions.Results(parsed.GetValue(id)!, parsed.GetValue(folder)!, parsed.GetValue(wait))));
        return command;
    }

    private static Option<bool> Wait() => new("--wait") { Description = "Follow the batch to its end; Ctrl-C stops following, not the batch." };

    private static Argument<string> Id() => new("BATCH") { Description = "The batch's id (batch_...)." };
}
