using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Files;

/// <summary>The form of <c>POST /v1/files</c>.</summary>
/// <remarks>For the API's document alone: <see cref="FileForm"/> reads it.</remarks>
internal sealed record FileBody
{
    /// <summary>One JSON request on each line, or a picture.</summary>
    public required IFormFile File { get; init; }

    [AllowedValues("batch", "vision")]
    public required string Purpose { get; init; }
}

/// <summary>Which files a list is to have.</summary>
internal sealed record FileQuery
{
    public FilePurpose? Purpose { get; init; }

    /// <summary>The last_id of the page before.</summary>
    public string? After { get; init; }

    [Range(1, 10_000)]
    public int? Limit { get; init; }

    [AllowedValues("asc", "desc")]
    public string? Order { get; init; }
}
