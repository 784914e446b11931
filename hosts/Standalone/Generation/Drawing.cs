using System.Globalization;
using Limner.Diffusion.Unclip;
using Limner.Imaging;
using Limner.Inference;
using Limner.Standalone.Commands;
using Limner.Standalone.Output;
using Limner.Standalone.Progress;

namespace Limner.Standalone.Generation;

/// <summary>One prompt after the other, with everything else the same: each picture is written as soon as it is done.</summary>
internal sealed class Drawing(UnclipPipeline pipeline, UnclipModel model, GenerateOptions options, ulong seed, TimeProvider time)
{
    private readonly int _steps = options.Steps ?? model.Defaults.DecoderSteps;
    private readonly float _guidance = options.Guidance ?? model.Defaults.Guidance;
    private readonly float _priorGuidance = options.PriorGuidance ?? model.Defaults.PriorGuidance;
    private readonly int _side = options.Size ?? pipeline.LargestSize;

    public RequestReport Draw(string prompt, string path, IProgressDisplay progress, CancellationToken stop)
    {
        OutputFolder folder = OutputFolder.Open(path);
        var pictures = new SortedDictionary<int, (RgbImage Picture, string File)>();
        TimeSpan writing = TimeSpan.Zero;
        pipeline.Generate(Request(prompt), (candidate, picture) =>
        {
            long started = time.GetTimestamp();
            var image = new RgbImage(picture.Shape.Width, picture.Shape.Height);
            picture.CopyRgb(image.Pixels);
            string file = folder.Write($"seed{seed}-{candidate + 1}.png", PngEncoder.Encode(image, Texts(prompt, candidate)));
            pictures[candidate] = (image, file);
            writing += time.GetElapsedTime(started);
        }, new PipelineSteps(progress), stop);

        long sheetStarted = time.GetTimestamp();
        string? sheet = options.Count > 1 ? folder.Write("contact-sheet.png", PngEncoder.Encode(ContactSheet.Compose([.. pictures.Values.Select(picture => picture.Picture)]), Texts(prompt, null))) : null;
        writing += time.GetElapsedTime(sheetStarted);

        return new RequestReport
        {
            Prompt = prompt,
            Negative = options.Negative,
            Seed = seed,
            Steps = _steps,
            Guidance = _guidance,
            PriorGuidance = _priorGuidance,
            Size = $"{_side}x{_side}",
            Images = [.. pictures.Select(picture => new ImageReport(picture.Key + 1, picture.Value.File, picture.Value.Picture.Width, picture.Value.Picture.Height))],
            ContactSheet = sheet,
            TimingsMs = Timings(writing),
        };
    }

    private UnclipRequest Request(string prompt) => new()
    {
        Prompt = prompt,
        NegativePrompt = options.Negative,
        Candidates = options.Count,
        Seed = seed,
        DecoderSteps = _steps,
        Guidance = _guidance,
        PriorGuidance = _priorGuidance,
        Size = _side,
    };

    // No date and no machine: the same request has to give the same bytes.
    private PngText[] Texts(string prompt, int? candidate)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        return
        [
            new("prompt", prompt),
            .. options.Negative.Length > 0 ? [new PngText("negative", options.Negative)] : Array.Empty<PngText>(),
            new("seed", seed.ToString(culture)),
            .. candidate is { } number ? [new PngText("candidate", (number + 1).ToString(culture))] : Array.Empty<PngText>(),
            new("steps", _steps.ToString(culture)),
            new("guidance", _guidance.ToString(culture)),
            new("prior guidance", _priorGuidance.ToString(culture)),
            new("model", model.Name),
            new("version", model.Version),
            new("Software", $"Limner {Product.Version}"),
        ];
    }

    private Dictionary<string, double> Timings(TimeSpan writing)
    {
        Dictionary<string, double> timings = pipeline.Timings.ToDictionary().ToDictionary(stage => PipelineSteps.Name(stage.Key), stage => Math.Round(stage.Value.TotalMilliseconds, 2));
        timings["png"] = Math.Round(writing.TotalMilliseconds, 2);
        return timings;
    }
}
