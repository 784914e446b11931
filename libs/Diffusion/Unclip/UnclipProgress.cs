namespace Limner.Diffusion.Unclip;

/// <summary>The stages of a generation, in order.</summary>
public enum PipelineStage
{
    /// <summary>Prompt to text states.</summary>
    TextEncoder,

    /// <summary>Text embedding to image embedding.</summary>
    Prior,

    /// <summary>Image embedding to the decoder's conditioning.</summary>
    TextProjection,

    /// <summary>Conditioning to the base image or latents.</summary>
    Decoder,

    /// <summary>Latents to pixels.</summary>
    Autoencoder,

    /// <summary>First super-resolution stage, its upscale included.</summary>
    SuperResFirst,

    /// <summary>Second super-resolution stage, its upscale included.</summary>
    SuperResSecond,

    /// <summary>To the requested size and range.</summary>
    Output,
}

/// <summary>One candidate finished a step.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Candidate">Which candidate, from 0.</param>
/// <param name="Step">Steps done in the stage.</param>
/// <param name="Steps">Steps to do in the stage.</param>
public readonly record struct UnclipProgress(PipelineStage Stage, int Candidate, int Step, int Steps);
