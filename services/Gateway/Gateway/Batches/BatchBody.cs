using System.ComponentModel.DataAnnotations;

namespace Limner.Gateway.Batches;

/// <summary>The body of <c>POST /v1/batches</c>.</summary>
/// <remarks>For the API's document alone: <see cref="BatchRequest"/> reads it.</remarks>
internal sealed record BatchBody
{
    /// <summary>An uploaded file with the purpose batch.</summary>
    public required string InputFileId { get; init; }

    [AllowedValues("/v1/images/generations", "/v1/jobs")]
    public required string Endpoint { get; init; }

    [AllowedValues("24h")]
    public required string CompletionWindow { get; init; }

    /// <summary>Up to 16 pairs, names of up to 64 characters, values of up to 512.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>Which batches a list is to have.</summary>
internal sealed record BatchQuery
{
    /// <summary>The last_id of the page before.</summary>
    public string? After { get; init; }

    [Range(1, 100)]
    public int? Limit { get; init; }
}
