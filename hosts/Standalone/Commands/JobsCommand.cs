using System.CommandLine;
using Limner.Standalone.Client;

namespace Limner.Standalone.Commands;

/// <summary>Fetches a job's pictures into a folder.</summary>
internal delegate void RunDownload(ServiceAddress address, string job, string folder, bool json);

/// <summary>The command <c>jobs</c>.</summary>
internal static class JobsCommand
{
    private const string Jobs = "v1/jobs";

    public static Command Create(RunCall run, Action<ServiceAddress, string, bool> watch, RunDownload download) => new("jobs", "Lists, shows, cancels, retries, watches and downloads the jobs of a running service.")
    {
        List(run),
        One("get", "Shows a job: where it is, and why it ended.", run, id => ServiceCall.Get(ServiceCall.At(Jobs, id), JobLines.One)),
        One("cancel", "Cancels a job; one that is over stays as it is.", run, id => new ServiceCall(HttpMethod.Delete, ServiceCall.At(Jobs, id), null, JobLines.One)),
        One("retry", "Asks for a failed job again, as a new one.", run, id => ServiceCall.Post($"{ServiceCall.At(Jobs, id)}/retry", null, JobLines.One)),
        ServiceCommand.Create("watch", "Follows a job to its end, over broken connections too; Ctrl-C stops watching, not the job.", Id(), "Print each event as one line of JSON.", watch),
        Download(download),
    };

    private static Command List(RunCall run)
    {
        var status = new Option<string?>("--status") { Description = "Only those that are queued, running, completed, failed or cancelled.", HelpName = "status" };
        var priority = new Option<string?>("--priority") { Description = "Only interactive or batch ones.", HelpName = "priority" };
        Option<int?> limit = BoundedOption.Create("--limit", "How many, 1 to 100 [default: 20].", 1, 100);
        var batch = new Option<string?>("--batch") { Description = "Only the lines of this batch (batch_...).", HelpName = "id" };
        var after = new Option<string?>("--created-after") { Description = "Only those made from this time on, like 2030-01-31T12:00:00Z.", HelpName = "time" };
        var before = new Option<string?>("--created-before") { Description = "Only those made before this time.", HelpName = "time" };
        var cursor = new Option<string?>("--cursor") { Description = "Go on after the end of another list.", HelpName = "cursor" };
        (string Name, Option<string?> Option)[] filters = [("status", status), ("priority", priority), ("batch_id", batch), ("created_after", after), ("created_before", before), ("cursor", cursor)];
        return ServiceCommand.Create("list", "Lists jobs, the newest first.", run, parsed => ServiceCall.Get(
            ServiceCall.Query(Jobs, [.. filters.Select(filter => (filter.Name, parsed.GetValue(filter.Option))), ("limit", parsed.GetValue(limit)?.ToString())]),
            JobLines.Table), [status, priority, batch, after, before, limit, cursor]);
    }

    private static Command One(string name, string description, RunCall run, Func<string, ServiceCall> call)
    {
        Argument<string> id = Id();
        return ServiceCommand.Create(name, description, run, parsed => call(parsed.GetValue(id)!), [id]);
    }

    private static Command Download(RunDownload download)
    {
        Argument<string> id = Id();
        Option<string> folder = OutOption.Create("Where the pictures go.");
        Command command = ServiceCommand.Create("download", "Fetches a job's pictures, as 'limner generate' would have, and waits for them while it is drawn; Ctrl-C leaves the job.", [id, folder]);
        ServiceOptions service = ServiceOptions.AddTo(command);
        Option<bool> json = ServiceCommand.AddJson(command, "Print one JSON document with files, seeds and timings, as 'limner generate' does.");
        command.SetAction(parsed => download(service.Get(parsed), parsed.GetValue(id)!, parsed.GetValue(folder)!, parsed.GetValue(json)));
        return command;
    }

    private static Argument<string> Id() => new("JOB") { Description = "The job's id (job_...)." };
}
