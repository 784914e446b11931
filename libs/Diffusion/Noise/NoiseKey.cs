namespace Limner.Diffusion.Noise;

/// <summary>The sampling loop that draws the noise. The numbers are part of what a seed means: never renumber them.</summary>
public enum Stage
{
    /// <summary>Text embedding to image embedding.</summary>
    Prior = 1,

    /// <summary>Image embedding to small image or latents.</summary>
    Decoder = 2,

    /// <summary>First super-resolution stage.</summary>
    SuperResFirst = 3,

    /// <summary>Second super-resolution stage.</summary>
    SuperResSecond = 4,

    /// <summary>An image embedding that is redrawn from one that was there.</summary>
    Variation = 5,

    /// <summary>The third super-resolution pass, beyond the largest image of a model's stages.</summary>
    SuperResThird = 6,

    /// <summary>Added to another stage: the noise between two tries of one step.</summary>
    Resampling = 16,

    /// <summary>Added to another stage: a step's own noise when the step is done again.</summary>
    RepeatedStep = 32,
}

/// <summary>Names one field of noise: equal keys give equal fields, any other key an independent one.</summary>
/// <param name="Seed">The request's seed.</param>
/// <param name="Candidate">Which of the request's images, from 0.</param>
/// <param name="Stage">Which sampling loop.</param>
/// <param name="Step">Which step of it, from 0; <see cref="InitialStep"/> for the initial sample.</param>
public readonly record struct NoiseKey(ulong Seed, int Candidate, Stage Stage, int Step)
{
    /// <summary>The step of the noise that a loop starts from.</summary>
    public const int InitialStep = -1;
}
