using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Limner.Gateway.Generations;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Variations;

/// <summary>The body of <c>POST /v1/images/variations</c> as JSON.</summary>
/// <remarks>For the API's document alone: <see cref="VariationReader"/> reads it.</remarks>
internal sealed record VariationBody : PictureBody
{
    /// <summary>A data URL with base64, or {"image_url": …} with one.</summary>
    public JsonElement? Image { get; init; }

    /// <summary>The same; one of both has to be there.</summary>
    public JsonElement? Images { get; init; }

    /// <summary>How much of the pictures is drawn anew.</summary>
    [Range(0.0, 1.0)]
    public float? Strength { get; init; }
}

/// <summary>The same as a form.</summary>
internal sealed record VariationForm : PictureBody
{
    /// <summary>A PNG, JPEG or WebP.</summary>
    public required IFormFile Image { get; init; }

    /// <summary>How much of the pictures is drawn anew.</summary>
    [Range(0.0, 1.0)]
    public float? Strength { get; init; }
}
