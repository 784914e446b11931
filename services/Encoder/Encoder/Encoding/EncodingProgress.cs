using Limner.Contracts.Jobs;
using Limner.Diffusion.Unclip;
using Limner.ServiceDefaults.Progress;

namespace Limner.Encoder.Encoding;

/// <summary>The prior's steps, told to whoever watches the job.</summary>
internal sealed class EncodingProgress(Guid jobId, IProgressChannel channel) : IProgress<UnclipProgress>
{
    public void Report(UnclipProgress value) =>
        _ = channel.PublishAsync(new JobProgress(jobId, value.Candidate, JobStage.Encoding, value.Step, value.Steps, Preview: null));
}
