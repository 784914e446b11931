using Limner.Diffusion.Editing;
using Limner.Diffusion.Noise;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Schedulers;

namespace Limner.Diffusion.Unclip;

/// <summary>The decoder P(x | z_i, y): image embedding and text to the smallest image, by way of latents where there is an autoencoder.</summary>
internal sealed class BaseStage(DecoderNetworks networks, FloatBuffers buffers, Previews previews, INoiseSource noise, TimeProvider time, StageTimings timings)
{
    private readonly StepBatcher _decoder = new(networks.Decoder, networks.Slots, noise, time);
    private readonly DecoderText _text = new(networks);
    private readonly CanvasAutoencoder _autoencoder = new(networks, buffers);
    private readonly List<Candidate> _ended = [];

    public void Add(Candidate candidate)
    {
        IScheduler plan = SchedulerFactory.CreateFor(networks.DecoderScheduler, candidate.Request.DecoderSteps, "decoder");

        // 5. text projection: z_i joins the text as extra states and as part of the timestep's embedding
        long started = timings.Start();
        Canvas canvas = candidate.Canvas;
        KnownSample? known = Known(candidate);
        float[] channels = networks.ConditionedOnKnown ? KnownPlanes.Channels(known, canvas.Scale(networks.DecoderShape)) : [];
        (RowConditioning conditional, RowConditioning? unconditional, IReadOnlyList<SampleWindow>? windows) = canvas.IsSquare
            ? _text.Project(candidate.Request.Conditioning, channels)
            : _text.ProjectWindows(candidate.Request.Conditioning, channels, canvas);
        timings.Stop(PipelineStage.TextProjection, started);

        Sample sample = candidate.BeginSample(
            new(PipelineStage.Decoder, Stage.Decoder, plan, canvas.Scale(networks.DecoderShape), conditional, unconditional)
            {
                Windows = windows,
                OutputLength = canvas.Scale(new(1, networks.DecoderShape.Height, networks.DecoderShape.Width)).Length * networks.Decoder.OutputLength
                    / (networks.DecoderShape.Height * networks.DecoderShape.Width),
                Known = known,
                Adapter = candidate.Request.Adapter,
            }, buffers, noise);
        _decoder.Add(sample);
        previews.Add(candidate, sample);
    }

    /// <summary>One step of every candidate; those that left have their image, (3, H, W).</summary>
    public IReadOnlyList<Candidate> Step()
    {
        _ended.Clear();
        if (_decoder.Occupied == 0)
        {
            return _ended;
        }

        // 6. decoder: x_t to x_(t-1) for all occupied slots as one batch, (k, C, h, w)
        previews.Ask();
        long started = timings.Start();
        IReadOnlyList<Sample> ended = _decoder.Step();
        timings.Stop(PipelineStage.Decoder, started);
        previews.Answer();
        foreach (Sample sample in ended)
        {
            var candidate = (Candidate)sample.Owner!;
            candidate.Leave(sample.End!.Value, "decoder");
            if (candidate.End == SampleEnd.Completed)
            {
                ToPixels(candidate);
            }

            _ended.Add(candidate);
        }

        return _ended;
    }

    private void ToPixels(Candidate candidate)
    {
        // 7. autoencoder: latents (C, h, w) to pixels (3, H, W)
        if (networks.Autoencoder is { } autoencoder)
        {
            long started = timings.Start();
            ImageShape shape = candidate.Canvas.Scale(autoencoder.Image);
            float[] image = buffers.Rent(shape.Length);
            _autoencoder.Decode(candidate.Canvas, candidate.Image, image);
            if (!FiniteNumbers.Are(image))
            {
                candidate.Leave(SampleEnd.NotFinite, "autoencoder");
            }

            candidate.Hold(image, shape, buffers);
            timings.Stop(PipelineStage.Autoencoder, started);
            candidate.Report(PipelineStage.Autoencoder, 1, 1);
        }

        // Karlo clamps here, before super-resolution.
        PixelRange.Clamp(candidate.Image);
        candidate.PutKnown();
    }

    /// <summary>What is known as the decoder has it: a latent whose pixels are all known.</summary>
    private KnownSample? Known(Candidate candidate)
    {
        if (candidate.Known is not { } known)
        {
            return null;
        }

        (ImageShape image, ImageShape sample) = (candidate.Canvas.Scale(networks.BaseImage), candidate.Canvas.Scale(networks.DecoderShape));
        (float[] clean, float[] share) = known.At(image);
        HarmonicFill.Apply(clean, share, image.Height, image.Width);
        float[] latents = new float[sample.Length];
        _autoencoder.Encode(candidate.Canvas, clean, latents);
        float[] whole = KnownPlanes.WhollyKnown(share, image, sample);
        return new(latents, networks.ConditionedOnKnown ? KnownPlanes.Shrink(whole, sample) : whole, known.Region.Resamplings);
    }
}
