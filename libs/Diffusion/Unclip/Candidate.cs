using System.Runtime.ExceptionServices;
using Limner.Diffusion.Editing;
using Limner.Diffusion.Noise;
using Limner.Diffusion.Sampling;

namespace Limner.Diffusion.Unclip;

/// <summary>A candidate on its way through the decoder half.</summary>
/// <param name="request">What was asked.</param>
/// <param name="target">Columns and rows of the image.</param>
/// <param name="canvas">What its base image is drawn on.</param>
internal sealed class Candidate(DecodeRequest request, ImageSize target, Canvas canvas)
{
    private float[] _history = [];
    private float[] _joined = [];

    public DecodeRequest Request => request;

    public ImageSize Target => target;

    public Canvas Canvas => canvas;

    public KnownPlanes? Known { get; } = request.Known is { } region ? new(region, target) : null;

    /// <summary>What the last stage made, in [-1, 1], or the latents it is working on.</summary>
    public float[] Image { get; private set; } = [];

    public ImageShape Shape { get; private set; }

    /// <summary>The super-resolution stage that it went through last; null for none.</summary>
    public int? LastStage { get; set; }

    public SampleEnd End { get; private set; } = SampleEnd.Completed;

    /// <summary>Which network gave what is no finite number; null while none has.</summary>
    public RefusedRequestException? Refusal { get; private set; }

    /// <summary>x_T of the next sampling loop in borrowed memory; the image that was there goes back.</summary>
    /// <param name="stage">The loop.</param>
    /// <param name="buffers">Where memory is borrowed.</param>
    /// <param name="noise">What x_T is drawn from.</param>
    /// <param name="beside">What else has to be done with the image that was there; both take as long as a small network, and the processors are idle meanwhile.</param>
    public Sample BeginSample(StageSample stage, FloatBuffers buffers, INoiseSource noise, Action? beside = null)
    {
        EndSample(buffers);
        float[] latents = buffers.Rent(stage.Shape.Length);
        _history = buffers.Rent(stage.Plan.HistoryLength(stage.Shape.Length));
        _joined = stage.Windows.Count == 0 ? [] : buffers.Rent(stage.OutputLength);
        var sample = new Sample
        {
            Plan = stage.Plan,
            Latents = latents,
            History = _history,
            Conditional = stage.Conditional,
            Unconditional = stage.Unconditional,
            Windows = stage.Windows,
            Joined = _joined,
            Known = stage.Known,
            Adapter = stage.Adapter,
            Guidance = request.Guidance,
            Key = new NoiseKey(request.Seed, request.Candidate, stage.Noise, 0),
            Cancellation = request.Cancellation,
            Deadline = request.Deadline,
            Progress = (step, steps) => Report(stage.Name, step, steps),
            Owner = this,
        };
        if (beside is null)
        {
            sample.DrawInitialNoise(noise);
        }
        else
        {
            SideBySide(() => sample.DrawInitialNoise(noise), beside);
        }

        buffers.Return(Image);
        (Image, Shape) = (latents, stage.Shape);
        return sample;
    }

    // What fails is to be seen as itself: too little memory is no fault of the device's.
    private static void SideBySide(Action first, Action second)
    {
        try
        {
            Parallel.Invoke(first, second);
        }
        catch (AggregateException all)
        {
            ExceptionDispatchInfo.Throw(all.InnerExceptions[0]);
        }
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
        buffers.Return(_joined);
        (_history, _joined) = ([], []);
    }

    /// <summary>How a network left it.</summary>
    public void Leave(SampleEnd end, string network)
    {
        End = end;
        if (end == SampleEnd.NotFinite)
        {
            Refusal = RefusedRequestException.NotFinite(network);
        }
    }

    /// <summary>Lays what is known over the image, in its own range.</summary>
    public void PutKnown()
    {
        Known?.SampleAt(Shape).Hold(Schedulers.NoiseLevel.Clean, [], Image);
    }

    /// <summary>Whether a candidate that waits between stages has been stopped meanwhile; sets how.</summary>
    public bool Stopped(DateTimeOffset now)
    {
        if (request.Cancellation.IsCancellationRequested)
        {
            End = SampleEnd.Cancelled;
        }
        else if (now >= request.Deadline)
        {
            End = SampleEnd.Expired;
        }

        return End != SampleEnd.Completed;
    }

    public void Report(PipelineStage stage, int step, int steps) => request.Progress?.Report(new(stage, request.Candidate, step, steps));
}
