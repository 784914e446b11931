using Limner.Diffusion.Noise;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Schedulers;

namespace Limner.Diffusion.Unclip;

/// <summary>A candidate on its way through the decoder half.</summary>
internal sealed class Candidate(DecodeRequest request)
{
    private float[] _history = [];

    public DecodeRequest Request => request;

    /// <summary>What the last stage made, in [-1, 1], or the latents it is working on.</summary>
    public float[] Image { get; private set; } = [];

    public ImageShape Shape { get; private set; }

    public SampleEnd End { get; set; } = SampleEnd.Completed;

    /// <summary>x_T of the next sampling loop in borrowed memory; the image that was there goes back.</summary>
    public Sample BeginSample(
        (PipelineStage Name, Stage Noise) stage, IScheduler plan, ImageShape shape, FloatBuffers buffers, INoiseSource noise,
        RowConditioning conditional, RowConditioning? unconditional = null)
    {
        Hold(buffers.Rent(shape.Length), shape, buffers);
        _history = buffers.Rent(plan.HistoryLength(shape.Length));
        var sample = new Sample
        {
            Plan = plan,
            Latents = Image,
            History = _history,
            Conditional = conditional,
            Unconditional = unconditional,
            Guidance = request.Guidance,
            Key = new NoiseKey(request.Seed, request.Candidate, stage.Noise, 0),
            Cancellation = request.Cancellation,
            Deadline = request.Deadline,
            Progress = (step, steps) => Report(stage.Name, step, steps),
            Owner = this,
        };
        sample.DrawInitialNoise(noise);
        return sample;
    }

    /// <summary>Replaces the image, and gives back what the sampling loop had borrowed.</summary>
    public void Hold(float[] image, ImageShape shape, FloatBuffers buffers)
    {
        EndSample(buffers);
        buffers.Return(Image);
        (Image, Shape) = (image, shape);
    }

    public void EndSample(FloatBuffers buffers)
    {
        buffers.Return(_history);
        _history = [];
    }

    /// <summary>Whether a candidate that waits between stages has been stopped meanwhile; sets how.</summary>
    public bool Stopped(DateTimeOffset now)
    {
        if (request.Cancellation.IsCancellationRequested)
            End = SampleEnd.Cancelled;
        else if (now >= request.Deadline)
            End = SampleEnd.Expired;
        return End != SampleEnd.Completed;
    }

    public void Report(PipelineStage stage, int step, int steps) => request.Progress?.Report(new(stage, request.Candidate, step, steps));
}
