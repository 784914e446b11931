using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Limner.Gateway.Submissions;

namespace Limner.Gateway.Generations;

/// <summary>What OpenAI's bodies have in common. The model decides which of it may be said: docs/openai.md.</summary>
/// <remarks>For the API's document alone: <see cref="ImageParameters"/> reads it.</remarks>
internal abstract record PictureBody : DrawingBody
{
    /// <summary>Whose limits hold: one of OpenAI's models, or ours. Absent: ours.</summary>
    [MaxLength(100)]
    public string? Model { get; init; }

    /// <summary>Like 1024x1024, which it is if absent; or auto.</summary>
    [RegularExpression("^([1-9][0-9]{1,4}x[1-9][0-9]{1,4}|auto)$")]
    public string? Size { get; init; }

    /// <summary>Kept with the job as metadata.user.</summary>
    [MaxLength(512)]
    public string? User { get; init; }

    /// <summary>Signed addresses, or the pictures themselves in base64.</summary>
    [AllowedValues("url", "b64_json")]
    public string? ResponseFormat { get; init; }

    [AllowedValues("png", "jpeg", "webp"), DefaultValue("png")]
    public string? OutputFormat { get; init; }

    /// <summary>The quality of JPEG and WebP.</summary>
    [Range(0, 100), DefaultValue(100)]
    public int? OutputCompression { get; init; }

    /// <summary>Transparent is refused.</summary>
    [AllowedValues("opaque", "auto", "transparent")]
    public string? Background { get; init; }

    /// <summary>Checked, and changes nothing: there is one policy.</summary>
    [AllowedValues("low", "auto")]
    public string? Moderation { get; init; }
}

/// <summary>The body of <c>POST /v1/images/generations</c>.</summary>
internal sealed record GenerationBody : PictureBody
{
    /// <summary>What to draw. For dall-e-2 up to 1000 characters.</summary>
    [MaxLength(4000), MinLength(1)]
    public required string Prompt { get; init; }

    /// <summary>Whether a prompt of a word or two is filled in; of OpenAI's models with dall-e-3 alone.</summary>
    [DefaultValue(true)]
    public bool? Rewrite { get; init; }

    /// <summary>The id of an image that the prompt says changes of.</summary>
    [MaxLength(100)]
    public string? Parent { get; init; }

    /// <summary>A number of steps: low 10, high and hd 50, others the model's own.</summary>
    [AllowedValues("low", "medium", "high", "standard", "hd", "auto")]
    public string? Quality { get; init; }

    /// <summary>Checked, and changes nothing: the model has no styles.</summary>
    [AllowedValues("vivid", "natural")]
    public string? Style { get; init; }

    /// <summary>Server-sent events instead of one answer.</summary>
    [DefaultValue(false)]
    public bool? Stream { get; init; }

    /// <summary>Previews of each picture in a stream, at most. They have not passed the image policy.</summary>
    [Range(0, 3), DefaultValue(0)]
    public int? PartialImages { get; init; }
}
