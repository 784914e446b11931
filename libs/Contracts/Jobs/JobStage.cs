namespace Limner.Contracts.Jobs;

/// <summary>The stages of a job, in their order.</summary>
public enum JobStage
{
    /// <summary>The prompt is judged.</summary>
    PromptModeration,

    /// <summary>Text encoder and prior.</summary>
    Encoding,

    /// <summary>Diffusion decoder and super-resolution.</summary>
    Decoding,

    /// <summary>The image is judged.</summary>
    ImageModeration,
}
