using System.Text.Json.Nodes;
using Limner.Standalone.Commands;
using Limner.Standalone.Output;
using Limner.Standalone.Progress;

namespace Limner.Standalone.Client;

/// <summary><c>limner jobs download</c>: the rest of a drawing whose submission is long over. Who stops it does not stop the job.</summary>
internal sealed class JobDownload(TextWriter output, TextWriter error, TimeProvider time)
{
    public void Run(ServiceAddress address, string id, string folder, bool json, CancellationToken stop)
    {
        long started = time.GetTimestamp();

        // 1. The job and the folder
        using var client = new ServiceClient(address, time);
        JsonObject job = client.CallAsync(HttpMethod.Get, ServiceCall.At("v1/jobs", id), stop: stop).GetAwaiter().GetResult();
        OutputFolder.Open(folder);
        (string prompt, ulong seed) = ((string)job["prompt"]!, (ulong)job["seed"]!);
        var drawing = new RemoteDrawing(client, new GenerateOptions { Count = (int)job["n"]!, Out = folder }, prompt, folder, seed, time)
        {
            Title = $"{Columns.Clean(prompt)} (seed {seed})",
            Job = id,
        };
        double loaded = time.GetElapsedTime(started).TotalMilliseconds;

        // 2. The pictures
        RequestReport? report = null;
        try
        {
            Display.Show(error, $"seed {seed}", time, progress => report = drawing.DrawAsync(progress, stop).GetAwaiter().GetResult());
        }
        catch (ServiceException) when (!json)
        {
            // What there was of a job that failed is here all the same.
            foreach (string file in drawing.Files)
            {
                output.WriteLine(file);
            }

            throw;
        }

        // 3. What became of it
        GenerateSummary.Write(
            new GenerateReport
            {
                Version = Product.Version,
                Model = drawing.Model ?? new ModelReport("", ""),
                Provider = address.ToString(),
                Requests = [report!],
                LoadMs = Math.Round(loaded, 1),
                TotalMs = Math.Round(time.GetElapsedTime(started).TotalMilliseconds, 1),
            },
            json, output, error);
        if (drawing.Failure is { } failure)
        {
            throw failure;
        }
    }
}
