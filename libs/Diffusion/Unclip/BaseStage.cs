using Limner.Diffusion.Noise;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Schedulers;

namespace Limner.Diffusion.Unclip;

/// <summary>The decoder P(x | z_i, y): image embedding and text to the smallest image, by way of latents where there is an autoencoder.</summary>
internal sealed class BaseStage(DecoderNetworks networks, FloatBuffers buffers, Previews previews, INoiseSource noise, TimeProvider time, StageTimings timings)
{
    private readonly StepBatcher _decoder = new(networks.Decoder, networks.Slots, noise, time);
    private readonly List<Candidate> _ended = [];

    public ImageShape Image { get; } = networks.BaseImage;

    public void Add(Candidate candidate)
    {
        var plan = SchedulerFactory.CreateFor(networks.DecoderScheduler, candidate.Request.DecoderSteps, "decoder");

        // 5. text projection: z_i joins the text as extra states and as part of the timestep's embedding
        var started = timings.Start();
        var conditioning = candidate.Request.Conditioning;
        var rows = conditioning.Unconditional is null ? 1 : 2; // [uncond, cond]
        var (statesLength, timeLength) = (networks.ContextLength * networks.StateLength, networks.TimeEmbeddingLength);
        var states = new float[rows * statesLength]; // (rows, S, C)
        var timeEmbedding = new float[rows * timeLength]; // (rows, K)
        networks.TextProjection(conditioning.ImageEmbedding, conditioning.Prompt, conditioning.Unconditional, states, timeEmbedding);
        timings.Stop(PipelineStage.TextProjection, started);

        RowConditioning Row(TextEncoding text, int row) => new()
        {
            Embedding = timeEmbedding.AsMemory(row * timeLength, timeLength),
            TextStates = states.AsMemory(row * statesLength, statesLength),
            TextMask = WithExtraStates(text.Mask),
        };

        var unconditional = conditioning.Unconditional is { } text ? Row(text, 0) : null;
        var sample = candidate.BeginSample(
            (PipelineStage.Decoder, Stage.Decoder), plan, networks.DecoderShape, buffers, noise, Row(conditioning.Prompt, rows - 1), unconditional);
        _decoder.Add(sample);
        previews.Add(candidate, sample);
    }

    /// <summary>One step of every candidate; those that left have their image, (3, H, W).</summary>
    public IReadOnlyList<Candidate> Step()
    {
        _ended.Clear();
        if (_decoder.Occupied == 0)
            return _ended;

        // 6. decoder: x_t to x_(t-1) for all occupied slots as one batch, (k, C, h, w)
        previews.Ask();
        var started = timings.Start();
        var ended = _decoder.Step();
        timings.Stop(PipelineStage.Decoder, started);
        previews.Answer();
        foreach (var sample in ended)
        {
            var candidate = (Candidate)sample.Owner!;
            candidate.End = sample.End!.Value;
            if (candidate.End == SampleEnd.Completed)
                ToPixels(candidate);
            _ended.Add(candidate);
        }

        return _ended;
    }

    private void ToPixels(Candidate candidate)
    {
        // 7. autoencoder: latents (C, h, w) to pixels (3, H, W)
        if (networks.Autoencoder is { } autoencoder)
        {
            var started = timings.Start();
            foreach (ref var latent in candidate.Image.AsSpan())
                latent /= autoencoder.ScalingFactor;
            var image = buffers.Rent(autoencoder.Image.Length);
            autoencoder.Decode(candidate.Image, image);
            candidate.Hold(image, autoencoder.Image, buffers);
            timings.Stop(PipelineStage.Autoencoder, started);
            candidate.Report(PipelineStage.Autoencoder, 1, 1);
        }

        // Karlo clamps here, before super-resolution.
        PixelRange.Clamp(candidate.Image);
    }

    // The extra states stand before the prompt's and always count.
    private bool[] WithExtraStates(bool[] mask)
    {
        var extended = new bool[networks.ContextLength]; // (S)
        extended.AsSpan().Fill(true);
        mask.CopyTo(extended, extended.Length - mask.Length);
        return extended;
    }
}
