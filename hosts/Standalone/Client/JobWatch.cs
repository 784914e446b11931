using System.Text.Json.Nodes;
using Limner.Standalone.Output;
using Limner.Standalone.Progress;

namespace Limner.Standalone.Client;

/// <summary><c>limner jobs watch</c>: a job's events as lines, its steps beside them, and at last how it ended. Who stops watching does not stop the job.</summary>
internal sealed class JobWatch(TextWriter output, TextWriter error, TimeProvider time)
{
    public void Run(ServiceAddress address, string job, bool json, CancellationToken stop) => RunAsync(address, job, json, stop).GetAwaiter().GetResult();

    private async Task RunAsync(ServiceAddress address, string id, bool json, CancellationToken stop)
    {
        using var client = new ServiceClient(address, time);
        string path = $"v1/jobs/{Uri.EscapeDataString(id)}";
        JsonObject job = await client.CallAsync(HttpMethod.Get, path, stop: stop);
        // Lines also on a terminal: the events go to the same one, and a bar would be drawn over them.
        var progress = new PlainProgress(error, time);
        progress.Begin(Columns.Clean($"{(string?)job["prompt"]} (seed {job["seed"]})"), (int)job["n"]!);
        await foreach (ToldEvent told in new JobStream(client, new Patience(progress.Say, time)).WatchAsync(id, stop))
        {
            if (told.Name == "progress")
            {
                progress.Report(ProgressEvent.Read(told.Data));
            }

            if (json)
            {
                output.WriteLine(new JsonObject { ["id"] = told.Id, ["event"] = told.Name, ["data"] = told.Data }.ToJsonString());
            }
            else if (told.Name != "progress")
            {
                output.WriteLine(Line(told));
            }
        }

        JobEnd.Check(await client.CallAsync(HttpMethod.Get, path, stop: stop));
    }

    private static string Line(ToldEvent told)
    {
        string?[] parts = [(string?)told.Data["at"], told.Name, told.Data["candidate"] is { } candidate ? $"picture {(int)candidate + 1}" : null, (string?)told.Data["image_id"], (string?)told.Data["code"]];
        return Columns.Clean(string.Join("  ", parts.OfType<string>()));
    }
}
