using Limner.Diffusion.Noise;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Schedulers;

namespace Limner.Diffusion.Unclip;

/// <summary>A prompt on its way through the encoder half: its candidates are samples of their own, and it leaves with the last of them.</summary>
internal sealed class PromptUnderWay(EncodeRequest request, IScheduler plan, EncoderNetworks networks, PromptTexts texts)
{
    private readonly RowConditioning _conditional = RowOf(texts.Prompt);
    private readonly RowConditioning? _unguided = texts.Unconditional is null ? null : RowOf(texts.Unconditional);
    private readonly float[][] _embeddings = new float[request.Candidates][];
    private int _left;

    public EncodeRequest Request => request;

    public SampleEnd End { get; private set; } = SampleEnd.Completed;

    /// <summary>What the prior has to do first for a candidate.</summary>
    public IEnumerable<Sample> Begin(int index, INoiseSource noise)
    {
        if (request.Parts.Count == 0)
        {
            _embeddings[index] = new float[networks.EmbeddingLength]; // (D)
            return [FromNoise(_embeddings[index], _conditional, new(this, index), noise)];
        }

        var blend = new BlendUnderWay(request, texts.Parts, networks);
        return blend.Missing == 0
            ? [FromBlend(blend, index, noise)]
            : blend.Begin((latents, text) => FromNoise(latents, RowOf(text), new(this, index, blend), noise));
    }

    /// <summary>Takes a sample that left the prior: null, or what the prior has to do next for its candidate.</summary>
    public Sample? Leave(Sample sample, SampleEnd end, INoiseSource noise)
    {
        if (end != SampleEnd.Completed)
            End = end;
        var (_, index, blend) = (PriorWork)sample.Owner!;
        if (blend is not null && --blend.Missing > 0)
            return null;
        if (blend is not null && End == SampleEnd.Completed)
            return FromBlend(blend, index, noise);
        _left++;
        return null;
    }

    /// <summary>Whether all candidates have left.</summary>
    public bool HasLeft => _left == _embeddings.Length;

    public EncodedPrompt Finish()
    {
        if (End != SampleEnd.Completed)
            return new(request, End, []);

        // 4. denormalise: z_i = latents * std + mean, (D)
        foreach (var z in _embeddings)
            networks.Denormalise(z);
        return new(request, End, [.. _embeddings.Select(z => new Conditioning { ImageEmbedding = z, Prompt = texts.Prompt, Unconditional = texts.Unconditional })]);
    }

    private Sample FromNoise(float[] latents, RowConditioning text, PriorWork work, INoiseSource noise)
    {
        var sample = Begin(latents, text, work, Stage.Prior);
        sample.DrawInitialNoise(noise);
        return sample;
    }

    /// <summary>From what the parts make together, noised as far as it is to be redrawn; at strength 0 no step is left to do.</summary>
    private Sample FromBlend(BlendUnderWay blend, int index, INoiseSource noise)
    {
        var latents = _embeddings[index] = blend.Mix(); // (D)
        networks.Normalise(latents);
        var sample = Begin(latents, _conditional, new(this, index), Stage.Variation);
        sample.StartFrom(latents, plan.StepCount - (int)MathF.Round(request.Strength * plan.StepCount), noise);
        return sample;
    }

    private Sample Begin(float[] latents, RowConditioning text, PriorWork work, Stage stage)
    {
        var candidate = request.FirstCandidate + work.Index;
        return new()
        {
            Plan = plan,
            Latents = latents,
            History = new float[plan.HistoryLength(latents.Length)],
            Conditional = text,
            Unconditional = _unguided,
            Guidance = request.PriorGuidance,
            Key = new NoiseKey(request.Seed, candidate, stage, 0),
            Cancellation = request.Cancellation,
            Deadline = request.Deadline,
            Progress = request.Progress is { } progress
                ? (step, steps) => progress.Report(new(PipelineStage.Prior, candidate, step, steps))
                : null,
            Owner = work,
        };
    }

    private static RowConditioning RowOf(TextEncoding text) =>
        new() { Embedding = text.Embedding, TextStates = text.States, TextMask = text.Mask };
}

/// <summary>The texts of one request, encoded.</summary>
/// <param name="Prompt">What to draw.</param>
/// <param name="Unconditional">What to lead away from; null where nothing is guided.</param>
/// <param name="Parts">The prompts of the blend's parts; null for a picture.</param>
internal sealed record PromptTexts(TextEncoding Prompt, TextEncoding? Unconditional, IReadOnlyList<TextEncoding?> Parts);

/// <summary>Whose sample it is: a candidate's own embedding, or a part of what it is to be mixed of.</summary>
internal sealed record PriorWork(PromptUnderWay Prompt, int Index, BlendUnderWay? Blend = null);
