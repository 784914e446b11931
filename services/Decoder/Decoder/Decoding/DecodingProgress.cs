using Limner.Contracts.Jobs;
using Limner.Diffusion.Unclip;
using Limner.Imaging;
using Limner.ServiceDefaults.Progress;

namespace Limner.Decoder.Decoding;

/// <summary>One candidate's steps, through all stages as one count, told to whoever watches the job. Called on the engine's thread.</summary>
internal sealed class DecodingProgress(Guid jobId, int candidate, int steps, IProgressChannel channel) : IProgress<UnclipProgress>
{
    private int _done;
    private volatile bool _isWatched;

    /// <summary>Whether somebody listened when something was last told.</summary>
    public bool IsWatched => _isWatched;

    public void Report(UnclipProgress value)
    {
        if (value.Stage == PipelineStage.Autoencoder)
        {
            return; // no denoising step
        }
        // A candidate that is begun anew counts from the beginning.
        _done = value is { Stage: PipelineStage.Decoder, Step: 1 } ? 1 : Math.Min(_done + 1, steps);
        _ = TellAsync(preview: null);
    }

    public void Show(RgbImage preview) => _ = TellAsync(PngEncoder.Encode(preview));

    private async Task TellAsync(byte[]? preview) =>
        _isWatched = await channel.PublishAsync(new JobProgress(jobId, candidate, JobStage.Decoding, _done, steps, preview));
}
