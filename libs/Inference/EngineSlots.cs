namespace Limner.Inference;

/// <summary>How much an engine works on at a time; memory grows with it, and nothing that is drawn changes by it.</summary>
public sealed record EngineSlots
{
    /// <summary>Candidates that the prior samples at a time.</summary>
    public int Prior { get; init; } = 8;

    /// <summary>Candidates that the decoder half has under way at a time.</summary>
    public int Decoder { get; init; } = 8;

    /// <summary>Images at a time in each super-resolution stage. One 1024×1024 image needs hundreds of megabytes.</summary>
    public int SuperResolution { get; init; } = 1;

    internal void ThrowIfInvalid()
    {
        if (Prior < 1 || Decoder < 1 || SuperResolution < 1)
        {
            throw new ArgumentException($"{nameof(EngineSlots)} are {Prior}, {Decoder} and {SuperResolution}; each must be at least 1.");
        }
    }
}
