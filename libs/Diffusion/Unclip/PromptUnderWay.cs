using Limner.Diffusion.Noise;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Schedulers;

namespace Limner.Diffusion.Unclip;

/// <summary>A prompt on its way through the encoder half: its candidates are samples of their own, and it leaves with the last of them.</summary>
internal sealed class PromptUnderWay(EncodeRequest request, IScheduler plan, TextEncoding prompt, TextEncoding? unconditional)
{
    private readonly RowConditioning _conditional = RowOf(prompt);
    private readonly RowConditioning? _unguided = unconditional is null ? null : RowOf(unconditional);
    private readonly float[][] _embeddings = new float[request.Candidates][];
    private int _left;

    public EncodeRequest Request => request;

    public SampleEnd End { get; private set; } = SampleEnd.Completed;

    /// <summary>Whether that was the last of the candidates.</summary>
    public bool Leave(SampleEnd end)
    {
        if (end != SampleEnd.Completed)
            End = end;
        return ++_left == _embeddings.Length;
    }

    public Sample BeginSample(int index, int length, INoiseSource noise)
    {
        var latents = _embeddings[index] = new float[length]; // (D)
        var candidate = request.FirstCandidate + index;
        var sample = new Sample
        {
            Plan = plan,
            Latents = latents,
            History = new float[plan.HistoryLength(length)],
            Conditional = _conditional,
            Unconditional = _unguided,
            Guidance = request.PriorGuidance,
            Key = new NoiseKey(request.Seed, candidate, Stage.Prior, 0),
            Cancellation = request.Cancellation,
            Deadline = request.Deadline,
            Progress = request.Progress is { } progress
                ? (step, steps) => progress.Report(new(PipelineStage.Prior, candidate, step, steps))
                : null,
            Owner = this,
        };
        sample.DrawInitialNoise(noise);
        return sample;
    }

    public EncodedPrompt Finish(EncoderNetworks networks)
    {
        if (End != SampleEnd.Completed)
            return new(request, End, []);

        // 4. denormalise: z_i = latents * std + mean, (D)
        foreach (var z in _embeddings)
        {
            for (var i = 0; i < z.Length; i++)
                z[i] = (z[i] * networks.ClipStd[i]) + networks.ClipMean[i];
        }

        return new(request, End, [.. _embeddings.Select(z => new Conditioning { ImageEmbedding = z, Prompt = prompt, Unconditional = unconditional })]);
    }

    private static RowConditioning RowOf(TextEncoding text) =>
        new() { Embedding = text.Embedding, TextStates = text.States, TextMask = text.Mask };
}
