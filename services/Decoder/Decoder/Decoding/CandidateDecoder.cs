using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Decoder.Conditionings;
using Limner.Decoder.Storage;
using Limner.Decoder.Telemetry;
using Limner.Diffusion.Unclip;
using Limner.Imaging;
using Limner.Requests;
using Limner.ServiceDefaults.Progress;
using Microsoft.Extensions.Options;

namespace Limner.Decoder.Decoding;

/// <summary>One candidate, from its conditioning to the stored image.</summary>
internal sealed class CandidateDecoder(
    DecoderEngine engine, GivenPictures pictures, ConditioningSource conditionings, ImageArchive archive, IProgressChannel progress, DecoderMetrics metrics,
    IOptions<DecoderOptions> options, TimeProvider time)
{
    /// <summary>The event that ends the stage; null if the job was cancelled or expired meanwhile.</summary>
    /// <exception cref="RefusedRequestException">The model cannot do it.</exception>
    /// <exception cref="LostPictureException">A picture that it is made of is gone.</exception>
    public Task<ImageDecoded?> DecodeAsync(ImageEncoded encoded, CancellationToken cancellation) => metrics.Candidates.MeasureAsync(() => DrawAsync(encoded, cancellation));

    private async Task<ImageDecoded?> DrawAsync(ImageEncoded encoded, CancellationToken cancellation)
    {
        (JobDescription job, int candidate) = (encoded.Job, encoded.Candidate);

        // 1. Conditioning: from the cache, or encoded again
        UnclipRequest asked = await EngineRequest.OfAsync(job.Request, pictures, cancellation);
        if (await conditionings.GetAsync(encoded, asked, cancellation) is not { } conditioning)
        {
            return null;
        }

        // 2. Decoder and super-resolution, in the company of whatever else is under way
        var request = asked.ToDecodeRequest(engine.Defaults, conditioning, candidate, progress: null, cancellation);
        int steps = engine.CountSteps(request);
        var watch = new DecodingProgress(job.JobId, candidate, steps, progress);
        (RgbImage? image, TimeSpan elapsed) = await engine.DecodeAsync(
            request with { Deadline = job.Deadline, Progress = watch, Preview = PreviewFor(watch) }, cancellation);
        if (image is null)
        {
            return null;
        }

        // 3. PNG into the object store
        long started = time.GetTimestamp();
        byte[] png = PngEncoder.Encode(image, Provenance.Texts(asked, candidate, engine.Defaults, engine.Name, engine.Version));
        long made = time.GetTimestamp();
        metrics.MadePng(time.GetElapsedTime(started, made));
        StoredImage? stored = await archive.StoreAsync(job, candidate, image, png, cancellation);
        metrics.Stored(time.GetElapsedTime(made));
        if (stored is null)
        {
            return null;
        }

        long pixels = (long)image.Width * image.Height;
        int tokens = conditioning.Prompt.Mask.Count(counts => counts);
        int counted = request.Upscale is null ? request.DecoderSteps : steps;
        return new(job, candidate, stored, new WorkDone(counted, counted * pixels, elapsed.TotalSeconds, $"{engine.Name} {engine.Version}", tokens));
    }

    private Preview? PreviewFor(DecodingProgress watch) => options.Value is { PreviewSize: > 0 and var size, PreviewEvery: var every }
        ? new Preview(size, every, () => watch.IsWatched, picture => watch.Show(DecoderEngine.ToImage(picture)))
        : null;
}
