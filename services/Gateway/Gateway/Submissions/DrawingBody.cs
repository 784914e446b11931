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
    /// <summary>What to draw.</summary>
    [MaxLength(2000), MinLength(1)]
    public required string Prompt { get; init; }

    /// <summary>One of the service's sizes. Absent: the largest.</summary>
    [RegularExpression("^[0-9]{1,4}x[0-9]{1,4}$")]
    public string? Size { get; init; }
}
