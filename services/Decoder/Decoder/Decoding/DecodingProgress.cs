using Limner.Contracts.Jobs;
using Limner.Diffusion.Unclip;
using Limner.Imaging;
using Limner.ServiceDefaults.Progress;

namespace Limner.Decoder.Decoding;

/// <summary>One candidate's steps, through all stages as one count, told to whoever watches the job. Called on the engine's thread.</summary>
internal sealed class DecodingProgress(Guid jobId, int candidate, int steps, IProgressChannel channel) : IProgress<UnclipProgress>
{
    private int _done;

    public void Report(UnclipProgress value)
    {
        if (value.Stage == PipelineStage.Autoencoder)
            return; // no denoising step
        // A candidate that is begun anew counts from the beginning.
        _done = value is { Stage: PipelineStage.Decoder, Step: 1 } ? 1 : _done + 1;
        channel.Publish(new JobProgress(jobId, candidate, JobStage.Decoding, _done, steps, Preview: null));
    }

    public void Show(RgbImage preview) =>
        channel.Publish(new JobProgress(jobId, candidate, JobStage.Decoding, _done, steps, PngEncoder.Encode(preview)));
}
