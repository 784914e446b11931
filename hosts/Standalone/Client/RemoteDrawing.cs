using System.Globalization;
using System.Text.Json.Nodes;
using Limner.Imaging;
using Limner.Standalone.Commands;
using Limner.Standalone.Output;
using Limner.Standalone.Progress;

namespace Limner.Standalone.Client;

/// <summary>One prompt, or one edit, as a job of a service, from the submission to its files: each picture is written as soon as it may be seen.</summary>
internal sealed class RemoteDrawing(ServiceClient client, GenerateOptions options, string prompt, string path, ulong seed, TimeProvider time)
{
    /// <summary>Where a picture's own side ends; no service makes larger ones.</summary>
    private const int LargestSide = 4096;

    private readonly string _idempotencyKey = Guid.NewGuid().ToString("N");
    private readonly SortedDictionary<int, (RgbImage Picture, string File, IReadOnlyList<PngText> Texts)> _pictures = [];
    private TimeSpan _writing;

    /// <summary>What names it on the display.</summary>
    public required string Title { get; init; }

    /// <summary>What the pictures begin from besides the prompt; null for nothing.</summary>
    public Edit? Edit { get; init; }

    /// <summary>Number of the first picture, from 0.</summary>
    public int First { get; init; }

    /// <summary>The pictures as they were drawn, in order.</summary>
    public IEnumerable<RgbImage> Pictures => _pictures.Values.Select(picture => picture.Picture);

    /// <summary>What the first of them says of its making.</summary>
    public IReadOnlyList<PngText> Texts => _pictures.Count > 0 ? _pictures.First().Value.Texts : [];

    /// <summary>Where the pictures were written, in order.</summary>
    public IEnumerable<string> Files => _pictures.Values.Select(picture => picture.File);

    /// <summary>The job's id, when it is submitted.</summary>
    public string Job { get; set; } = "";

    /// <summary>What the pictures say they are drawn with.</summary>
    public ModelReport? Model => Text("model") is { } name ? new ModelReport(name, Text("version") ?? "") : null;

    /// <summary>Why there are none, or not all, of the pictures; null if there are.</summary>
    public ServiceException? Failure { get; set; }

    /// <summary>Is not to be stopped in the middle: whoever stops it could not know whether there is a job now that has to be cancelled.</summary>
    public async Task SubmitAsync()
    {
        JsonObject request = Edit?.Fields() ?? [];
        (request["n"], request["seed"]) = (options.Count, seed);
        (string Name, JsonNode? Value)[] optional =
        [
            ("prompt", prompt.Length > 0 ? prompt : null), ("rewrite", prompt.Length > 0 ? false : null),
            ("negative_prompt", options.Negative.Length > 0 ? options.Negative : null), ("steps", options.Steps), ("guidance", options.Guidance),
            ("size", options.Size?.ToString()), ("adapter", options.Adapter),
        ];
        foreach ((string name, JsonNode? value) in optional.Where(field => field.Value is not null))
        {
            request[name] = value;
        }

        Job = (string)(await client.CallAsync(HttpMethod.Post, "v1/jobs", request, _idempotencyKey))["id"]!;
    }

    public async Task<RequestReport> DrawAsync(IProgressDisplay progress, CancellationToken stop)
    {
        // 1. What is told, to the last event
        OutputFolder folder = OutputFolder.Open(path);
        var patience = new Patience(progress.Say, time);
        progress.Begin(Title, options.Count);
        await foreach (ToldEvent told in new JobStream(client, patience).WatchAsync(Job, stop))
        {
            switch (told.Name)
            {
                case "progress":
                    progress.Report(ProgressEvent.Read(told.Data));
                    break;
                case "candidate.approved":
                    await FetchAsync((int)told.Data["candidate"]!, (string)told.Data["image_id"]!, folder, patience, stop);
                    break;
            }
        }

        // 2. What it says at last, and pictures that no event told of
        JsonObject job = await patience.PersistAsync(() => client.CallAsync(HttpMethod.Get, $"v1/jobs/{Uri.EscapeDataString(Job)}", stop: stop), stop);
        JobEnd.Check(job);
        foreach (JsonNode? image in job["images"]!.AsArray().Where(image => (string?)image!["status"] == "approved" && !_pictures.ContainsKey((int)image["candidate"]!)))
        {
            await FetchAsync((int)image!["candidate"]!, (string)image["id"]!, folder, patience, stop);
        }

        // 3. The sheet and the report
        Failure = JobEnd.Missing(job) is { } missing ? new ServiceException(ExitCode.Service, missing) : null;
        return Report(job, WriteSheet(folder));
    }

    private async Task FetchAsync(int candidate, string image, OutputFolder folder, Patience patience, CancellationToken stop)
    {
        long started = time.GetTimestamp();
        byte[] png = await patience.PersistAsync(() => client.DownloadAsync($"v1/images/{Uri.EscapeDataString(image)}", stop), stop);
        try
        {
            _pictures[candidate] = (PngDecoder.Decode(png, LargestSide), folder.Write($"seed{seed}-{First + candidate + 1}.png", png), PngTextChunks.Read(png));
        }
        catch (InvalidDataException damaged)
        {
            throw new ServiceException(ExitCode.Service, $"The service's picture {image} cannot be used: {damaged.Message}", inner: damaged);
        }

        _writing += time.GetElapsedTime(started);
    }

    private string? WriteSheet(OutputFolder folder)
    {
        long started = time.GetTimestamp();
        string? sheet = options.Count > 1 && _pictures.Count > 0
            ? folder.Write("contact-sheet.png", PngEncoder.Encode(
                ContactSheet.Compose([.. Pictures]), [.. Texts.Where(text => text.Keyword is not ("candidate" or "decoder candidate"))]))
            : null;
        _writing += time.GetElapsedTime(started);
        return sheet;
    }

    private RequestReport Report(JsonObject job, string? sheet) => new()
    {
        Prompt = (string?)job["revised_prompt"] ?? (string)job["prompt"]!,
        Negative = (string)job["negative_prompt"]!,
        Seed = seed,
        Steps = int.TryParse(Text("steps"), CultureInfo.InvariantCulture, out int steps) ? steps : options.Steps ?? 0,
        Guidance = Number("guidance") ?? options.Guidance ?? 0,
        PriorGuidance = Number("prior guidance") ?? 0,
        Size = (string)job["size"]!,
        Images = [.. _pictures.Select(picture => new ImageReport(First + picture.Key + 1, picture.Value.File, picture.Value.Picture.Width, picture.Value.Picture.Height))],
        ContactSheet = sheet,
        TimingsMs = new Dictionary<string, double>
        {
            ["queue"] = Milliseconds(job, "created_at", "started_at"),
            ["work"] = Milliseconds(job, "started_at", "finished_at"),
            ["download"] = Math.Round(_writing.TotalMilliseconds, 2),
        },
    };

    private static double Milliseconds(JsonObject job, string from, string to) =>
        job[from] is { } start && job[to] is { } end ? Math.Round((end.GetValue<DateTimeOffset>() - start.GetValue<DateTimeOffset>()).TotalMilliseconds, 2) : 0;

    private float? Number(string keyword) => float.TryParse(Text(keyword), CultureInfo.InvariantCulture, out float number) ? number : null;

    private string? Text(string keyword) => Texts.FirstOrDefault(text => text.Keyword == keyword).Text;
}
