using System.Text.Json.Nodes;
using Limner.Standalone.Commands;
using Limner.Standalone.Output;
using Limner.Standalone.Progress;

namespace Limner.Standalone.Client;

/// <summary>The commands of <c>batches</c> that are more than one call: what is sent, followed and fetched.</summary>
internal sealed class BatchKeeper(TextWriter output, TextWriter error, TimeProvider time)
{
    private const string Batches = "v1/batches";

    /// <summary>There is no stream of a batch: it is asked again and again, and a day's batch is no reason to ask more often.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    public void Run(ServiceAddress address, BatchOptions options, CancellationToken stop) => RunAsync(address, options, stop).GetAwaiter().GetResult();

    private async Task RunAsync(ServiceAddress address, BatchOptions options, CancellationToken stop)
    {
        // 1. The batch
        using var client = new ServiceClient(address, time);
        JsonObject batch = options switch
        {
            BatchOptions.Create create => await new BatchUpload(client).SendAsync(create.File, create.Endpoint, stop),
            BatchOptions.Get get => await FindAsync(client, get.Id, stop),
            BatchOptions.Results results => await FindAsync(client, results.Id, stop),
            _ => throw new ArgumentException($"There is no command for {options.GetType().Name}.", nameof(options)),
        };

        // 2. To its end
        if (options.Wait && !BatchEnd.IsOver(batch))
        {
            Display.Show(error, $"batch {(string)batch["id"]!}", time, progress => batch = FollowAsync(client, batch, progress, stop).GetAwaiter().GetResult());
        }

        // 3. What came of it
        if (options is BatchOptions.Results asked)
        {
            BatchEnd.RefuseIfUnderWay(batch);
            Write(client, batch, asked, stop);
        }
        else
        {
            ServiceCall.Print(batch, options.Json, BatchLines.One, output);
        }

        if (options is BatchOptions.Results || options.Wait)
        {
            BatchEnd.Check(batch);
        }
    }

    private static Task<JsonObject> FindAsync(ServiceClient client, string id, CancellationToken stop) => client.CallAsync(HttpMethod.Get, ServiceCall.At(Batches, id), stop: stop);

    private async Task<JsonObject> FollowAsync(ServiceClient client, JsonObject batch, IProgressDisplay progress, CancellationToken stop)
    {
        string id = (string)batch["id"]!;
        var patience = new Patience(progress.Say, time);
        progress.Begin($"batch {id}", 1);
        while (!BatchEnd.IsOver(batch))
        {
            await Task.Delay(Pause, time, stop);
            batch = await patience.PersistAsync(() => FindAsync(client, id, stop), stop);
            // While its file is read nobody knows how many lines it has.
            if (BatchEnd.Total(batch) is > 0 and var lines)
            {
                progress.Report(new StageStep("lines", 0, BatchEnd.Done(batch), lines));
            }
        }

        return batch;
    }

    private void Write(ServiceClient client, JsonObject batch, BatchOptions.Results asked, CancellationToken stop)
    {
        OutputFolder folder = OutputFolder.Open(asked.Folder);
        var patience = new Patience(error.WriteLine, time);
        (string Field, string Name)[] files = [("output_file_id", "output"), ("error_file_id", "errors")];
        foreach ((string field, string name) in files)
        {
            if ((string?)batch[field] is { } file)
            {
                output.WriteLine(folder.Write($"{asked.Id}-{name}.jsonl", part => patience.PersistAsync(() => FetchAsync(client, file, part, stop), stop).GetAwaiter().GetResult()));
            }
        }
    }

    private static async Task<long> FetchAsync(ServiceClient client, string file, FileStream part, CancellationToken stop)
    {
        part.SetLength(0); // of an attempt that broke off
        await client.DownloadAsync($"{ServiceCall.At("v1/files", file)}/content", part, stop);
        return part.Length;
    }
}
