using Limner.Diffusion.Unclip;
using Limner.Imaging;
using Limner.Inference;
using Limner.Requests;
using Limner.Standalone.Commands;
using Limner.Standalone.Output;
using Limner.Standalone.Progress;

namespace Limner.Standalone.Generation;

/// <summary>One prompt after the other, with everything else the same: each picture is written as soon as it is done.</summary>
internal sealed class Drawing(UnclipPipeline pipeline, UnclipModel model, GenerateOptions options, ulong seed, TimeProvider time)
{
    public RequestReport Draw(string prompt, string path, IProgressDisplay progress, CancellationToken stop)
    {
        OutputFolder folder = OutputFolder.Open(path);
        var pictures = new SortedDictionary<int, (RgbImage Picture, string File)>();
        TimeSpan writing = TimeSpan.Zero;
        var timings = new Dictionary<string, double>();
        UnclipRequest[] asked = options.Edits.Count > 0 ? [.. options.Edits.Select(edit => Request(prompt, edit.Request))] : [Request(prompt, new UnclipRequest { Prompt = "" })];
        foreach ((int first, UnclipRequest request) in asked.Index())
        {
            pipeline.Generate(request, (candidate, picture) =>
            {
                long started = time.GetTimestamp();
                int number = first + candidate;
                var image = new RgbImage(picture.Shape.Width, picture.Shape.Height);
                picture.CopyRgb(image.Pixels);
                string file = folder.Write($"seed{seed}-{number + 1}.png", PngEncoder.Encode(image, Texts(request, candidate)));
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
        // A strip is of no one mixture.
        string? sheet = asked.Length > 1 ? folder.Write("strip.png", PngEncoder.Encode(Strip.Compose(images), Texts(asked[0] with { Parts = [] }, null)))
            : options.Count > 1 ? folder.Write("contact-sheet.png", PngEncoder.Encode(ContactSheet.Compose(images), Texts(asked[0], null))) : null;
        writing += time.GetElapsedTime(sheetStarted);
        timings["png"] = Math.Round(writing.TotalMilliseconds, 2);

        return new RequestReport
        {
            Prompt = prompt,
            Negative = options.Negative,
            Seed = seed,
            Steps = asked[0].DecoderSteps ?? 0,
            Guidance = asked[0].Guidance ?? 0,
            PriorGuidance = asked[0].PriorGuidance ?? 0,
            Size = $"{images[0].Width}x{images[0].Height}",
            Images = [.. pictures.Select(picture => new ImageReport(picture.Key + 1, picture.Value.File, picture.Value.Picture.Width, picture.Value.Picture.Height))],
            ContactSheet = sheet,
            TimingsMs = timings,
        };
    }

    // An enlargement is drawn by none of what the decoder and the prior are told; a reroll has a seed already.
    private UnclipRequest Request(string prompt, UnclipRequest edit) => edit with
    {
        Prompt = prompt,
        NegativePrompt = options.Negative,
        Candidates = options.Count,
        Seed = edit.Composition is null ? seed : edit.Seed,
        DecoderSeed = edit.Composition is null ? null : seed,
        DecoderSteps = edit.Upscale is null ? options.Steps ?? model.Defaults.DecoderSteps : null,
        Guidance = edit.Upscale is null ? options.Guidance ?? model.Defaults.Guidance : null,
        PriorGuidance = edit.Upscale is null ? options.PriorGuidance ?? model.Defaults.PriorGuidance : null,
        Size = edit.Size ?? options.Size,
        Adapter = options.Adapter,
    };

    private PngText[] Texts(UnclipRequest request, int? candidate) => Provenance.Texts(request, candidate, model.Defaults, model.Name, model.Version);
}
