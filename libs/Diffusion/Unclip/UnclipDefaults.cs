namespace Limner.Diffusion.Unclip;

/// <summary>What a model is sampled with where a request says nothing; the initial values are Karlo's.</summary>
public sealed record UnclipDefaults
{
    /// <summary>Steps of the prior.</summary>
    public int PriorSteps { get; init; } = 25;

    /// <summary>Steps of the decoder.</summary>
    public int DecoderSteps { get; init; } = 25;

    /// <summary>Steps of the first super-resolution stage.</summary>
    public int SuperResSteps { get; init; } = 7;

    /// <summary>Steps of the second super-resolution stage.</summary>
    public int SuperResSecondSteps { get; init; } = 7;

    /// <summary>Guidance scale of the prior.</summary>
    public float PriorGuidance { get; init; } = 4;

    /// <summary>Guidance scale of the decoder.</summary>
    public float Guidance { get; init; } = 8;
}
