using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Limner.Gateway.Webhooks.Endpoints;

/// <summary>What is changed of a webhook. What is absent stays.</summary>
/// <remarks>For the API's document alone: <see cref="EndpointSettings"/> reads it.</remarks>
internal sealed record EndpointChangeBody
{
    /// <summary>Where events are sent: a public address, http or https; others where the operator allows them.</summary>
    [MaxLength(2000), Url]
    public string? Url { get; init; }

    /// <summary>Some of job.completed, job.failed, job.cancelled and job.progress.</summary>
    [MinLength(1)]
    public IReadOnlyList<string>? Events { get; init; }

    public bool? Enabled { get; init; }
}

/// <summary>The body of <c>POST /v1/webhooks</c>.</summary>
internal sealed record EndpointBody
{
    /// <summary>Where events are sent: a public address, http or https; others where the operator allows them.</summary>
    [MaxLength(2000), Url]
    public required string Url { get; init; }

    /// <summary>Some of job.completed, job.failed, job.cancelled and job.progress. Absent: all ends.</summary>
    [MinLength(1)]
    public IReadOnlyList<string>? Events { get; init; }

    [DefaultValue(true)]
    public bool? Enabled { get; init; }
}
