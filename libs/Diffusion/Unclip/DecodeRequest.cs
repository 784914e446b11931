using Limner.Diffusion.Editing;

namespace Limner.Diffusion.Unclip;

/// <summary>One candidate for the decoder half.</summary>
public sealed record DecodeRequest
{
    /// <summary>What the encoder half made.</summary>
    public required Conditioning Conditioning { get; init; }

    /// <summary>Seed of the noise.</summary>
    public ulong Seed { get; init; }

    /// <summary>Which candidate of the seed's request, from 0.</summary>
    public int Candidate { get; init; }

    /// <summary>Steps of the decoder.</summary>
    public required int DecoderSteps { get; init; }

    /// <summary>Steps of the first super-resolution stage.</summary>
    public required int SuperResSteps { get; init; }

    /// <summary>Steps of the second super-resolution stage.</summary>
    public required int SuperResSecondSteps { get; init; }

    /// <summary>Guidance scale of the decoder; without <see cref="Unclip.Conditioning.Unconditional"/> it has no effect.</summary>
    public required float Guidance { get; init; }

    /// <summary>Columns and rows of the image; null for the model's largest square. Smaller ones are scaled down from the next stage's.</summary>
    public ImageSize? Size { get; init; }

    /// <summary>A picture of which a part stays; null for a new one.</summary>
    public KnownRegion? Known { get; init; }

    /// <summary>A picture that only super-resolution works on, <see cref="Conditioning"/> counting for nothing; null for a new one.</summary>
    public SourceImage? Upscale { get; init; }

    /// <inheritdoc cref="EncodeRequest.Adapter"/>
    public string? Adapter { get; init; }

    /// <summary>Takes the candidate out at the next step.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>When the candidate is given up.</summary>
    public DateTimeOffset Deadline { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>Who is shown small pictures while it is under way, the last one when super-resolution begins; null for nobody.</summary>
    public Preview? Preview { get; init; }

    /// <summary>Told after every step.</summary>
    public IProgress<UnclipProgress>? Progress { get; init; }
}
