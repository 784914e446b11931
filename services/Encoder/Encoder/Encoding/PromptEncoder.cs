using Limner.Contracts.Jobs;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;
using Limner.Encoder.Telemetry;
using Limner.Requests;
using Limner.ServiceDefaults.Conditioning;
using Limner.ServiceDefaults.Progress;
using Microsoft.Extensions.Options;

namespace Limner.Encoder.Encoding;

/// <summary>A job's prompt to conditioning in the cache, one for each candidate; what is there already is not made again.</summary>
internal sealed class PromptEncoder(
    EncoderEngine engine, GivenPictures pictures, IConditioningCache cache, IProgressChannel progress, EncoderMetrics metrics, IOptions<EncoderOptions> options)
{
    /// <summary>The candidates' keys in the cache, empty where none is needed; null if the job was cancelled or expired meanwhile.</summary>
    /// <exception cref="RefusedRequestException">The model cannot do it.</exception>
    /// <exception cref="LostPictureException">A picture that it is made of is gone.</exception>
    public async Task<IReadOnlyList<string>?> EncodeAsync(JobDescription job, CancellationToken cancellation)
    {
        if (EngineRequest.OnlyEnlarges(job.Request))
        {
            return [.. Enumerable.Repeat("", job.Request.Candidates)];
        }

        return await metrics.Prompts.MeasureAsync(() => EncodePromptAsync(job, cancellation));
    }

    private async Task<IReadOnlyList<string>?> EncodePromptAsync(JobDescription job, CancellationToken cancellation)
    {
        UnclipRequest asked = await EngineRequest.OfAsync(job.Request, pictures, cancellation);
        EncodeRequest request = asked.ToEncodeRequest(engine.Defaults) with
        {
            Deadline = job.Deadline,
            Cancellation = cancellation,
            Progress = new EncodingProgress(job.JobId, progress),
        };
        // Of a reroll all images have one embedding.
        string[] keys = [.. Enumerable.Range(request.FirstCandidate, request.Candidates).Select(embedding => ConditioningKey.Of(engine.Name, engine.Version, request, embedding))];
        return await FillAsync(request, keys, cancellation) ? [.. Enumerable.Range(0, asked.Candidates).Select(candidate => keys[asked.EmbeddingOf(candidate) - request.FirstCandidate])] : null;
    }

    private async Task<bool> FillAsync(EncodeRequest request, string[] keys, CancellationToken cancellation)
    {
        (int first, int count) = await FindMissingAsync(keys, cancellation);
        if (count == 0)
        {
            return true;
        }

        EncodedPrompt encoded = await engine.EncodeAsync(request with { FirstCandidate = request.FirstCandidate + first, Candidates = count }, cancellation);
        if (encoded.End != SampleEnd.Completed)
        {
            return false;
        }

        for (int index = 0; index < count; index++)
        {
            await KeepAsync(keys[first + index], ConditioningFormat.Write(encoded.Conditionings[index]), cancellation);
        }

        return true;
    }

    // From the first missing one to the last: they are kept and forgotten together, so that gaps hardly happen.
    private async Task<(int First, int Count)> FindMissingAsync(string[] keys, CancellationToken cancellation)
    {
        (int first, int last) = (keys.Length, -1);
        for (int candidate = 0; candidate < keys.Length; candidate++)
        {
            byte[]? bytes = await cache.GetAsync(keys[candidate], cancellation);
            metrics.LookedUp(bytes is not null);
            if (bytes is not null)
            {
                await KeepAsync(keys[candidate], bytes, cancellation); // for as long as a new one: the Decoder may be far behind
            }
            else
            {
                (first, last) = (Math.Min(first, candidate), candidate);
            }
        }

        return last < 0 ? (0, 0) : (first, last - first + 1);
    }

    private Task KeepAsync(string key, byte[] bytes, CancellationToken cancellation) =>
        cache.SetAsync(key, bytes, options.Value.ConditioningTimeToLive, cancellation);
}
