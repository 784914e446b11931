using Limner.Diffusion.Noise;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Schedulers;

namespace Limner.Diffusion.Unclip;

/// <summary>A prompt on its way through the encoder half: its candidates are samples of their own, and it leaves with the last of them.</summary>
internal sealed class PromptUnderWay(EncodeRequest request, IScheduler plan, EncoderNetworks networks, PromptTexts texts)
{
    private readonly RowConditioning _conditional = RowOf(texts.Prompt);
    private readonly RowConditioning? _unguided = texts.Unconditional is null ? null : RowOf(texts.Unconditional);
    private readonly PictureEmbedding _embedding = new(networks, networks.CanvasFor(request.Size));
    private readonly PictureEmbedding _square = new(networks, networks.CanvasFor(null));
    private readonly float[][] _embeddings = new float[request.Candidates][];
    private KnownSample? _known;
    private float[]?[]? _pictures; // (D) of each part that is a picture: no candidate has another
    private int _left;

    public EncodeRequest Request => request;

    public SampleEnd End { get; private set; } = SampleEnd.Completed;

    /// <summary>What the prior has to do first for a candidate.</summary>
    public IEnumerable<Sample> Begin(int index, INoiseSource noise)
    {
        _known ??= request.Known is { } region ? _embedding.Of(region, request.Size) : null;
        if (request.Parts.Count > 0)
        {
            _pictures ??= [.. request.Parts.Select(part => part.Image is { } image ? _embedding.Of(image) : null)];
            var blend = new BlendUnderWay(request, texts.Parts, _pictures, _embedding);
            return blend.Missing == 0
                ? [From(blend.Mix(), index, noise)]
                : blend.Begin((latents, text) => FromNoise(latents, RowOf(text), new(this, index, blend), noise));
        }

        float[] latents = _embeddings[index] = new float[Drawn.Length]; // (D)
        // Without a word, what is gone is to look like what surrounds it: that is the picture as it was filled, and nothing is drawn into it.
        return _known is { Clean: var filled } && request.Prompt.Length == 0
            ? [From(Denormalised(filled), index, noise)]
            : [FromNoise(latents, _conditional, new(this, index), noise, _known)];
    }

    /// <summary>Takes a sample that left the prior: null, or what the prior has to do next for its candidate.</summary>
    public Sample? Leave(Sample sample, SampleEnd end, INoiseSource noise)
    {
        if (end != SampleEnd.Completed)
        {
            End = end;
        }

        (PromptUnderWay _, int index, BlendUnderWay? blend) = (PriorWork)sample.Owner!;
        if (blend is not null && --blend.Missing > 0)
        {
            return null;
        }

        if (blend is not null && End == SampleEnd.Completed)
        {
            return From(blend.Mix(), index, noise);
        }

        _left++;
        return null;
    }

    /// <summary>Whether all candidates have left.</summary>
    public bool HasLeft => _left == _embeddings.Length;

    public EncodedPrompt Finish()
    {
        if (End != SampleEnd.Completed)
        {
            return new(request, End, [], End == SampleEnd.NotFinite ? RefusedRequestException.NotFinite("prior") : null);
        }

        // 4. denormalise: z_i = latents * std + mean, (D)
        foreach (float[] z in _embeddings)
        {
            Drawn.Denormalise(z);
        }

        return new(request, End, [.. _embeddings.Select(z => new Conditioning { ImageEmbedding = OnCanvas(z), Prompt = texts.Prompt, Unconditional = texts.Unconditional })]);
    }

    /// <summary>What the prior draws: the canvas, or of a prompt alone the square in its middle.</summary>
    private PictureEmbedding Drawn => request.Parts.Count == 0 && request.Known is null ? _square : _embedding;

    private float[] OnCanvas(float[] z) => Drawn.Canvas == _embedding.Canvas ? z : EmbeddingSpread.Over(z, _embedding.Canvas);

    private Sample FromNoise(float[] latents, RowConditioning text, PriorWork work, INoiseSource noise, KnownSample? known = null)
    {
        Sample sample = Begin(latents, text, work, Stage.Prior, known);
        sample.DrawInitialNoise(noise);
        return sample;
    }

    /// <summary>From an embedding, noised as far as it is to be redrawn; at strength 0 no step is left to do.</summary>
    private Sample From(float[] embedding, int index, INoiseSource noise)
    {
        _embeddings[index] = embedding;
        _embedding.Normalise(embedding);
        Sample sample = Begin(embedding, _conditional, new(this, index), Stage.Variation, _known);
        sample.StartFrom(embedding, plan.StepCount - (int)MathF.Round(request.Strength * plan.StepCount), noise);
        return sample;
    }

    private Sample Begin(float[] latents, RowConditioning text, PriorWork work, Stage stage, KnownSample? known)
    {
        int candidate = request.FirstCandidate + work.Index;
        return new()
        {
            Plan = plan,
            Latents = latents,
            History = new float[plan.HistoryLength(latents.Length)],
            Conditional = text,
            Unconditional = _unguided,
            Guidance = request.PriorGuidance,
            Windows = Drawn.Canvas.IsSquare ? [] : [.. Drawn.Canvas.Cover(networks.EmbeddingShape).Select(place => new SampleWindow(place, text, _unguided))],
            Joined = Drawn.Canvas.IsSquare ? default : new float[latents.Length],
            Known = known,
            Adapter = request.Adapter,
            Key = new NoiseKey(request.Seed, candidate, stage, 0),
            Cancellation = request.Cancellation,
            Deadline = request.Deadline,
            Progress = request.Progress is { } progress
                ? (step, steps) => progress.Report(new(PipelineStage.Prior, candidate, step, steps))
                : null,
            Owner = work,
        };
    }

    private float[] Denormalised(ReadOnlyMemory<float> embedding)
    {
        float[] copy = embedding.ToArray();
        _embedding.Denormalise(copy);
        return copy;
    }

    private static RowConditioning RowOf(TextEncoding text) =>
        new() { Embedding = text.Embedding, TextStates = text.States, TextMask = text.Mask };
}

/// <summary>The texts of one request, encoded.</summary>
/// <param name="Prompt">What to draw.</param>
/// <param name="Unconditional">What to lead away from; null where nothing is guided.</param>
/// <param name="Parts">The prompts of the blend's parts, null for a picture, and the two of a style.</param>
internal sealed record PromptTexts(TextEncoding Prompt, TextEncoding? Unconditional, IReadOnlyList<TextEncoding?> Parts);

/// <summary>Whose sample it is: a candidate's own embedding, or a part of what it is to be mixed of.</summary>
internal sealed record PriorWork(PromptUnderWay Prompt, int Index, BlendUnderWay? Blend = null);
