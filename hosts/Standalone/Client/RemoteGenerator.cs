using System.Security.Cryptography;
using Limner.Standalone.Commands;
using Limner.Standalone.Generation;
using Limner.Standalone.Output;
using Limner.Standalone.Progress;

namespace Limner.Standalone.Client;

/// <summary>
/// The commands that draw with a service: each prompt, and each place of a strip, is a job there, a few of them at once, and its files are those of a local run.
/// A prompt that is refused, or whose job fails, is told at the end, and the others are drawn.
/// </summary>
internal sealed class RemoteGenerator(TextWriter output, TextWriter error, TimeProvider time)
{
    /// <summary>Enough that a pool of workers is busy while pictures travel.</summary>
    private const int MostAhead = 8;

    private static readonly TimeSpan CancelLimit = TimeSpan.FromSeconds(10);

    private readonly Queue<RemoteDrawing> _open = new();
    private readonly List<RequestReport> _requests = [];

    public void Run(GenerateOptions options, CancellationToken stop)
    {
        long started = time.GetTimestamp();

        // 1. The request and the folder
        RefuseLocalOptions(options);
        IReadOnlyList<(string Prompt, string Folder)> prompts = PromptList.Read(options);
        OutputFolder.Open(options.Out);
        using var client = new ServiceClient(options.Service!, time);
        ulong seed = options.Seed ?? (ulong)RandomNumberGenerator.GetInt32(int.MaxValue);
        Edit?[] edits = options.Edits.Count > 0 ? [.. options.Edits] : [null];
        int all = prompts.Count * edits.Length;
        RemoteDrawing[] drawings =
        [
            .. prompts.SelectMany(prompt => edits.Index().Select(edit => (prompt, edit))).Select((job, index) =>
                new RemoteDrawing(client, options, job.prompt.Prompt, Path.Combine(options.Out, job.prompt.Folder), seed, time)
                {
                    Title = $"{(all > 1 ? $"[{index + 1}/{all}] " : "")}{job.prompt.Prompt} (seed {seed})",
                    Edit = job.edit.Item,
                    First = job.edit.Index,
                }),
        ];

        // 2. The pictures
        // Where the first is refused, so are probably all: what they have in common is wrong, or the key.
        SubmitAsync(drawings[0], isItsOwn: false, stop).GetAwaiter().GetResult();
        double loaded = time.GetElapsedTime(started).TotalMilliseconds;
        error.WriteLine($"service: {options.Service}");
        Display.Show(error, $"seed {seed}", time, progress => Draw(client, drawings, isEachItsOwn: prompts.Count > 1, progress, stop));

        // 3. What became of it
        ServiceException[] failures = [.. drawings.Select(drawing => drawing.Failure).OfType<ServiceException>()];
        GenerateSummary.Write(
            new GenerateReport
            {
                Version = Product.Version,
                Model = drawings.Select(drawing => drawing.Model).OfType<ModelReport>().FirstOrDefault() ?? new ModelReport("", ""),
                Provider = options.Service!.ToString(),
                Requests = edits.Length > 1 && failures.Length == 0 ? [RemoteStrip.Join(_requests, drawings, OutputFolder.Open(options.Out))] : _requests,
                LoadMs = Math.Round(loaded, 1),
                TotalMs = Math.Round(time.GetElapsedTime(started).TotalMilliseconds, 1),
            },
            options.Json, output, error);
        if (failures.Length > 0)
        {
            throw new ServiceException(failures[0].Code, string.Join(" ", failures.Select(failure => failure.Message)));
        }
    }

    private static void RefuseLocalOptions(GenerateOptions options)
    {
        (string Name, bool Given)[] local =
        [
            ("--model", options.Model is not null), ("--prior-guidance", options.PriorGuidance is not null),
            ("--threads", options.Threads is not null), ("--provider", options.ProviderGiven), ("--resample", options.Edits.Any(edit => edit.Request.Known?.Resamplings > 1)),
        ];
        if (local.FirstOrDefault(option => option.Given).Name is { } name)
        {
            throw new CommandException(ExitCode.Request, $"{name} is for drawing on this machine; the service at {options.Service} decides that itself. Leave it out, or leave out --server and LIMNER_SERVER.");
        }
    }

    private void Draw(ServiceClient client, RemoteDrawing[] drawings, bool isEachItsOwn, IProgressDisplay progress, CancellationToken stop)
    {
        try
        {
            int next = 1;
            while (_open.TryPeek(out RemoteDrawing? first))
            {
                while (next < drawings.Length && _open.Count < MostAhead && TrySubmit(drawings[next], isEachItsOwn, stop))
                {
                    next++;
                }

                try
                {
                    _requests.Add(first.DrawAsync(progress, stop).GetAwaiter().GetResult());
                }
                catch (ServiceException failed) when (isEachItsOwn && failed.IsOfOneJob)
                {
                    first.Failure = failed;
                }

                _open.Dequeue();
                while (_open.Count == 0 && next < drawings.Length)
                {
                    RemoteDrawing drawing = drawings[next++];
                    new Patience(progress.Say, time).PersistAsync(() => SubmitAsync(drawing, isEachItsOwn, stop), stop).GetAwaiter().GetResult();
                }
            }
        }
        catch
        {
            CancelAsync(client, progress).GetAwaiter().GetResult();
            throw;
        }
    }

    /// <returns>False if the service takes none now; there are others under way.</returns>
    private bool TrySubmit(RemoteDrawing drawing, bool isItsOwn, CancellationToken stop)
    {
        try
        {
            SubmitAsync(drawing, isItsOwn, stop).GetAwaiter().GetResult();
            return true;
        }
        catch (ServiceException busy) when (busy.IsPassing)
        {
            return false;
        }
    }

    private async Task<RemoteDrawing> SubmitAsync(RemoteDrawing drawing, bool isItsOwn, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        try
        {
            await drawing.SubmitAsync();
            _open.Enqueue(drawing);
        }
        catch (ServiceException refused) when (isItsOwn && refused.Code == ExitCode.Request)
        {
            drawing.Failure = refused;
        }

        return drawing;
    }

    private async Task CancelAsync(ServiceClient client, IProgressDisplay progress)
    {
        using var limit = new CancellationTokenSource(CancelLimit, time);
        foreach (string job in _open.Select(drawing => drawing.Job))
        {
            try
            {
                await client.CallAsync(HttpMethod.Delete, $"v1/jobs/{Uri.EscapeDataString(job)}", stop: limit.Token);
            }
            catch (Exception problem) when (problem is ServiceException or OperationCanceledException)
            {
                progress.Say($"The job {job} could not be cancelled and goes on there; 'limner jobs cancel {job}' ends it.");
            }
        }
    }
}
