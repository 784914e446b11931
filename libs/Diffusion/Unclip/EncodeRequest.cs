using Limner.Diffusion.Editing;

namespace Limner.Diffusion.Unclip;

/// <summary>A prompt for the encoder half.</summary>
public sealed record EncodeRequest
{
    /// <summary>What to draw.</summary>
    public required string Prompt { get; init; }

    /// <summary>What to lead away from: it takes the empty prompt's place in guidance.</summary>
    public string NegativePrompt { get; init; } = "";

    /// <summary>How many image embeddings to sample.</summary>
    public int Candidates { get; init; } = 1;

    /// <summary>Number of the first of them: a candidate that was lost is sampled again without those before it.</summary>
    public int FirstCandidate { get; init; }

    /// <summary>Seed of the noise.</summary>
    public ulong Seed { get; init; }

    /// <summary>Steps of the prior.</summary>
    public required int PriorSteps { get; init; }

    /// <summary>Guidance scale of the prior.</summary>
    public required float PriorGuidance { get; init; }

    /// <summary>Guidance scale that the decoder will use: as in Karlo, guidance is on if either scale exceeds 1.</summary>
    public required float Guidance { get; init; }

    /// <summary>Takes the prompt out at the next step.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>When the work is given up.</summary>
    public DateTimeOffset Deadline { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>Told after every step of every candidate.</summary>
    public IProgress<UnclipProgress>? Progress { get; init; }

    /// <summary>What the embedding is mixed of, at most <see cref="BlendCheck.MostParts"/>; none for <see cref="Prompt"/> alone. Then the prompt only says where
    /// the prior leads when it redraws, and what the decoder reads; it may be empty.</summary>
    public IReadOnlyList<BlendPart> Parts { get; init; } = [];

    /// <summary>What the mixture of <see cref="Parts"/> is moved by; null for nothing.</summary>
    public StyleShift? Style { get; init; }

    /// <summary>How far the prior redraws what <see cref="Parts"/> make: at 0 it stays, at 1 nothing of it is left.</summary>
    public float Strength { get; init; }

    /// <summary>A picture of which a part stays; null for a new one. Both halves need it.</summary>
    public KnownRegion? Known { get; init; }

    /// <summary>Columns and rows of the image: its shape decides how many cells an embedding that is a map has.</summary>
    public ImageSize? Size { get; init; }

    /// <summary>The LoRA adapter that changes the networks, one of the model's; null for none.</summary>
    public string? Adapter { get; init; }

    internal bool Guided => PriorGuidance > 1 || Guidance > 1;
}
