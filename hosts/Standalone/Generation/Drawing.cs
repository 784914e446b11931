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

    public RequestReport Draw(string prompt, string path, IProgressDisplay progress, CancellationToken stop)
    {
        OutputFolder folder = OutputFolder.Open(path);
        var pictures = new SortedDictionary<int, (RgbImage Picture, string File)>();
        TimeSpan writing = TimeSpan.Zero;
        var timings = new Dictionary<string, double>();
        foreach ((int first, UnclipRequest edit) in options.Edits.Index())
        {
            pipeline.Generate(Request(prompt, edit), (candidate, picture) =>
            {
                long started = time.GetTimestamp();
                int number = first + candidate;
                var image = new RgbImage(picture.Shape.Width, picture.Shape.Height);
                picture.CopyRgb(image.Pixels);
                string file = folder.Write($"seed{seed}-{number + 1}.png", PngEncoder.Encode(image, Texts(prompt, number)));
                pictures[number] = (image, file);
                writing += time.GetElapsedTime(started);
            }, new PipelineSteps(progress), stop);
            foreach ((PipelineStage stage, TimeSpan elapsed) in pipeline.Timings.ToDictionary())
            {
                string name = PipelineSteps.Name(stage);
                timings[name] = Math.Round(timings.GetValueOrDefault(name) + elapsed.TotalMilliseconds, 2);
            }
        }

        long sheetStarted = time.GetTimestamp();
        RgbImage[] images = [.. pictures.Values.Select(picture => picture.Picture)];
        string? sheet = options.Edits.Count > 1 ? folder.Write("strip.png", PngEncoder.Encode(Strip.Compose(images), Texts(prompt, null)))
            : options.Count > 1 ? folder.Write("contact-sheet.png", PngEncoder.Encode(ContactSheet.Compose(images), Texts(prompt, null))) : null;
        writing += time.GetElapsedTime(sheetStarted);
        timings["png"] = Math.Round(writing.TotalMilliseconds, 2);

        return new RequestReport
        {
            Prompt = prompt,
            Negative = options.Negative,
            Seed = seed,
            Steps = _steps,
            Guidance = _guidance,
            PriorGuidance = _priorGuidance,
            Size = $"{images[0].Width}x{images[0].Height}",
            Images = [.. pictures.Select(picture => new ImageReport(picture.Key + 1, picture.Value.File, picture.Value.Picture.Width, picture.Value.Picture.Height))],
            ContactSheet = sheet,
            TimingsMs = timings,
        };
    }

    private UnclipRequest Request(string prompt, UnclipRequest edit) => edit with
    {
        Prompt = prompt,
        NegativePrompt = options.Negative,
        Candidates = options.Count,
        Seed = seed,
        DecoderSteps = _steps,
        Guidance = _guidance,
        PriorGuidance = _priorGuidance,
        Size = edit.Size ?? options.Size,
    };

    // No date and no machine: the same request has to give the same bytes.
    private PngText[] Texts(string prompt, int? candidate)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        return
        [
            .. prompt.Length > 0 ? [new PngText("prompt", prompt)] : Array.Empty<PngText>(),
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
}
