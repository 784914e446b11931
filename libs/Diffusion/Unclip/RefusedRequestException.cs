namespace Limner.Diffusion.Unclip;

/// <summary>What of a request a model cannot do.</summary>
public enum RequestProblem
{
    /// <summary>The prompt or the negative prompt has more tokens than the text encoder reads.</summary>
    PromptTooLong,

    /// <summary>A number of steps is outside the scheduler's range.</summary>
    Steps,

    /// <summary>A guidance scale is not one.</summary>
    Guidance,

    /// <summary>The model does not make images of that size.</summary>
    Size,

    /// <summary>The strength of a variation is not from 0 to 1.</summary>
    Strength,

    /// <summary>The parts of a blend, or their weights, make nothing.</summary>
    Parts,

    /// <summary>A mask does not fit its picture, or leaves nothing to draw.</summary>
    Mask,

    /// <summary>The model has no adapter of that name.</summary>
    Adapter,

    /// <summary>The model lacks a part that the request needs.</summary>
    MissingPart,

    /// <summary>A network gave what is no finite number.</summary>
    NotFinite,
}

/// <summary>A request that this model cannot do, and never will; the message is one sentence for whoever asked.</summary>
public sealed class RefusedRequestException(RequestProblem problem, string message) : ArgumentException(message)
{
    /// <summary>What is wrong with it.</summary>
    public RequestProblem Problem => problem;

    /// <summary>The same as a word that programs can rely on, e.g. <c>prompt_too_long</c>.</summary>
    public string Code => problem switch
    {
        RequestProblem.PromptTooLong => "prompt_too_long",
        RequestProblem.Steps => "invalid_steps",
        RequestProblem.Guidance => "invalid_guidance",
        RequestProblem.Strength => "invalid_strength",
        RequestProblem.Parts => "invalid_parts",
        RequestProblem.Mask => "invalid_mask",
        RequestProblem.Adapter => "unknown_adapter",
        RequestProblem.MissingPart => "missing_model_part",
        RequestProblem.NotFinite => "not_finite",
        _ => "unsupported_size",
    };

    internal static RefusedRequestException NotFinite(string network) => new(
        RequestProblem.NotFinite,
        $"The model's {network} gave what is no finite number (NaN or infinity), so there is no picture. Mostly a float16 export overflows: export the model with --precision fp32 (tools/export).");
}
