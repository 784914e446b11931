using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Limner.Contracts.Jobs;

namespace Limner.Gateway.Submissions;

/// <summary>What every body that has pictures drawn may say. Null is the same as absent.</summary>
/// <remarks>For the API's document alone: <see cref="SubmissionReader"/> reads it.</remarks>
internal abstract record DrawingBody
{
    /// <summary>How many pictures.</summary>
    [Range(1, 10), DefaultValue(1)]
    public int? N { get; init; }

    /// <summary>The same request with the same seed gives the same pictures. Absent: by chance, and told in the job.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Denoising steps of the decoder. Absent: the model's.</summary>
    [Range(2, 1000)]
    public int? Steps { get; init; }

    /// <summary>How strongly the decoder follows the prompt; 1 is off. Absent: the model's.</summary>
    [Range(1.0, 50.0)]
    public float? Guidance { get; init; }

    /// <summary>A LoRA adapter of the model, by its name. Absent: none.</summary>
    [MaxLength(64)]
    public string? Adapter { get; init; }

    /// <summary>What the pictures should not show.</summary>
    [MaxLength(2000)]
    public string? NegativePrompt { get; init; }

    /// <summary>Interactive goes before batch.</summary>
    public JobPriority? Priority { get; init; }

    /// <summary>When the job fails if it is not done. Absent: after an hour, in batch after a day.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Kept with the job: up to 16 pairs, names of up to 64 characters, values of up to 512.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>An address that is told of the job's end, signed with the tenant's signing secret.</summary>
    [MaxLength(2000), Url]
    public string? WebhookUrl { get; init; }
}

/// <summary>The body of <c>POST /v1/jobs</c>.</summary>
internal sealed record JobBody : DrawingBody
{
    /// <summary>What to draw; with a parent, what is to be different in it. Some operations need none.</summary>
    [MaxLength(2000)]
    public string? Prompt { get; init; }

    /// <summary>Whether a prompt of a word or two is filled in.</summary>
    [DefaultValue(true)]
    public bool? Rewrite { get; init; }

    /// <summary>The id of an image that the prompt says changes of.</summary>
    [MaxLength(100)]
    public string? Parent { get; init; }

    /// <summary>What is made of given pictures. Absent: the prompt is drawn.</summary>
    [AllowedValues("variation", "inpainting", "outpainting", "blend", "upscale", "reroll")]
    public string? Operation { get; init; }

    /// <summary>The id of a file or an image, or a data URL with base64; of a reroll the id of an image.</summary>
    public string? Image { get; init; }

    /// <summary>The same: a PNG; what of it is transparent, wholly or in part, is drawn anew.</summary>
    public string? Mask { get; init; }

    /// <summary>Two to four things that a blend is made of.</summary>
    [MaxLength(4)]
    public IReadOnlyList<PartBody>? Parts { get; init; }

    /// <summary>How much of a given picture is drawn anew.</summary>
    [Range(0.0, 1.0)]
    public float? Strength { get; init; }

    /// <summary>What outpainting adds at each side; with zoom it may add nothing.</summary>
    public MarginsBody? Margins { get; init; }

    /// <summary>What the meaning of a variation or a blend is moved by.</summary>
    public StyleBody? Style { get; init; }

    /// <summary>How many times smaller outpainting makes the picture first, in the middle of as large a canvas.</summary>
    [Range(1.1, 8.0)]
    public float? Zoom { get; init; }

    /// <summary>Width and height, each 256 to 2048 in steps of 64, the longer at most 3 times the shorter. Absent: 1024x1024, or what follows from a picture that is gone on with; of an upscale, four times the picture's as far as that goes.</summary>
    [RegularExpression("^[0-9]{1,4}x[0-9]{1,4}$")]
    public string? Size { get; init; }
}

/// <summary>A part of a blend: image or prompt.</summary>
internal sealed record PartBody
{
    public string? Image { get; init; }

    [MaxLength(2000)]
    public string? Prompt { get; init; }

    [Range(0.0, 1000.0)]
    public float? Weight { get; init; }
}

/// <summary>The difference of two prompts.</summary>
internal sealed record StyleBody
{
    /// <summary>Says what it is to be like.</summary>
    [MaxLength(2000)]
    public required string Towards { get; init; }

    /// <summary>Says the same without that.</summary>
    [MaxLength(2000)]
    public required string From { get; init; }

    /// <summary>How far it is moved.</summary>
    [Range(0.0, 2.0), DefaultValue(1f)]
    public float? Weight { get; init; }
}

/// <summary>Pixels added at each side; below 0 they are cut off.</summary>
internal sealed record MarginsBody
{
    [Range(-2048, 2048)]
    public int? Left { get; init; }

    [Range(-2048, 2048)]
    public int? Top { get; init; }

    [Range(-2048, 2048)]
    public int? Right { get; init; }

    [Range(-2048, 2048)]
    public int? Bottom { get; init; }
}
