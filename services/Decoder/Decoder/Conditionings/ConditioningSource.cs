using Limner.Contracts.Images;
using Limner.Decoder.Decoding;
using Limner.Decoder.Telemetry;
using Limner.Diffusion.Unclip;
using Limner.ServiceDefaults.Conditioning;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Limner.Decoder.Conditionings;

/// <summary>
/// A candidate's conditioning: from the cache, or, where the cache has forgotten it, is down, or holds something else, encoded again.
/// Equal requests give equal conditioning, so the image is the same either way.
/// </summary>
internal sealed partial class ConditioningSource(
    DecoderEngine engine, SpareEncoder encoder, IConditioningCache cache, DecoderMetrics metrics, IOptions<DecoderOptions> options, ILogger<ConditioningSource> logger)
{
    /// <summary>The conditioning; null if the job was cancelled or expired meanwhile.</summary>
    public async Task<Conditioning?> GetAsync(ImageEncoded encoded, UnclipRequest asked, CancellationToken cancellation)
    {
        if (asked.Upscale is not null)
        {
            return Conditioning.None;
        }

        // The key of this process's model: while a pool changes to another model, the Encoder may have another.
        (EncodeRequest request, int embedding) = (asked.ToEncodeRequest(engine.Defaults), asked.EmbeddingOf(encoded.Candidate));
        string key = ConditioningKey.Of(engine.Name, engine.Version, request, embedding);
        Conditioning? cached = await cache.GetAsync(key, cancellation) is { } bytes ? Read(bytes, request.Size) : null;
        metrics.LookedUp(cached is not null);
        if (cached is not null)
        {
            return cached;
        }

        LogMissing(encoded.Job.JobId, encoded.Candidate, key == encoded.ConditioningKey ? "is not in the cache" : "was made by another model");
        EncodeRequest again = request with { FirstCandidate = embedding, Candidates = 1, Deadline = encoded.Job.Deadline, Cancellation = cancellation };
        if (await encoder.EncodeAsync(again, cancellation) is not { } conditioning)
        {
            return null;
        }

        await cache.SetAsync(key, ConditioningFormat.Write(conditioning), options.Value.ConditioningTimeToLive, cancellation);
        return conditioning;
    }

    private Conditioning? Read(byte[] bytes, ImageSize? size)
    {
        try
        {
            Conditioning conditioning = ConditioningFormat.Read(bytes);
            return engine.Fits(conditioning, size) ? conditioning : null;
        }
        catch (InvalidDataException exception)
        {
            LogDamaged(exception.Message);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The conditioning of job {JobId}, candidate {Candidate}, {Reason}; it is encoded again")]
    private partial void LogMissing(Guid jobId, int candidate, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The conditioning cache holds something else: {Problem}")]
    private partial void LogDamaged(string problem);
}
