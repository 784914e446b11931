using Limner.Diffusion.Editing;

namespace Limner.Diffusion.Unclip;

/// <summary>A whole generation; what is null is taken from the model's defaults.</summary>
public sealed record UnclipRequest
{
    /// <summary>What to draw.</summary>
    public required string Prompt { get; init; }

    /// <summary>What to lead away from.</summary>
    public string NegativePrompt { get; init; } = "";

    /// <summary>How many images.</summary>
    public int Candidates { get; init; } = 1;

    /// <summary>Seed of all noise.</summary>
    public ulong Seed { get; init; }

    /// <summary>Steps of the prior.</summary>
    public int? PriorSteps { get; init; }

    /// <summary>Steps of the decoder.</summary>
    public int? DecoderSteps { get; init; }

    /// <summary>Steps of the first super-resolution stage.</summary>
    public int? SuperResSteps { get; init; }

    /// <summary>Steps of the second super-resolution stage.</summary>
    public int? SuperResSecondSteps { get; init; }

    /// <summary>Guidance scale of the prior.</summary>
    public float? PriorGuidance { get; init; }

    /// <summary>Guidance scale of the decoder.</summary>
    public float? Guidance { get; init; }

    /// <inheritdoc cref="DecodeRequest.Size"/>
    public ImageSize? Size { get; init; }

    /// <summary>Seed of the decoder's noise where it is another than <see cref="Seed"/>: the prior's embeddings, and with them the composition, stay.</summary>
    public ulong? DecoderSeed { get; init; }

    /// <summary>The one candidate of <see cref="Seed"/>, from 0, whose embedding all images are drawn from; null for each its own.</summary>
    public int? Composition { get; init; }

    /// <inheritdoc cref="DecodeRequest.Upscale"/>
    public SourceImage? Upscale { get; init; }

    /// <inheritdoc cref="EncodeRequest.Parts"/>
    public IReadOnlyList<BlendPart> Parts { get; init; } = [];

    /// <inheritdoc cref="EncodeRequest.Style"/>
    public StyleShift? Style { get; init; }

    /// <inheritdoc cref="EncodeRequest.Strength"/>
    public float Strength { get; init; }

    /// <summary>A picture of which a part stays; null for a new one. Both halves need it.</summary>
    public KnownRegion? Known { get; init; }

    /// <inheritdoc cref="EncodeRequest.Adapter"/>
    public string? Adapter { get; init; }

    /// <summary>Which embedding of <see cref="Seed"/> an image is drawn from, from 0.</summary>
    public int EmbeddingOf(int candidate) => Composition ?? candidate;

    /// <summary>The encoder half's part of it.</summary>
    public EncodeRequest ToEncodeRequest(UnclipDefaults defaults, IProgress<UnclipProgress>? progress = null) => new()
    {
        Prompt = Prompt,
        NegativePrompt = NegativePrompt,
        FirstCandidate = EmbeddingOf(0),
        Candidates = Composition is null ? Candidates : 1,
        Seed = Seed,
        PriorSteps = PriorSteps ?? defaults.PriorSteps,
        PriorGuidance = PriorGuidance ?? defaults.PriorGuidance,
        Guidance = Guidance ?? defaults.Guidance,
        Parts = Parts,
        Style = Style,
        Strength = Strength,
        Known = Known,
        Size = Size,
        Adapter = Adapter,
        Progress = progress,
    };

    /// <summary>The decoder half's part of it, for one candidate.</summary>
    public DecodeRequest ToDecodeRequest(
        UnclipDefaults defaults, Conditioning conditioning, int candidate, IProgress<UnclipProgress>? progress, CancellationToken cancellation) => new()
        {
            Conditioning = conditioning,
            Seed = DecoderSeed ?? Seed,
            Candidate = candidate,
            DecoderSteps = DecoderSteps ?? defaults.DecoderSteps,
            SuperResSteps = SuperResSteps ?? defaults.SuperResSteps,
            SuperResSecondSteps = SuperResSecondSteps ?? defaults.SuperResSecondSteps,
            Guidance = Guidance ?? defaults.Guidance,
            Size = Size,
            Known = Known,
            Adapter = Adapter,
            Upscale = Upscale,
            Cancellation = cancellation,
            Progress = progress,
        };
}
