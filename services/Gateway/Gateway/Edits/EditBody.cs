using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Limner.Gateway.Generations;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Edits;

/// <summary>What both forms of an edit have.</summary>
/// <remarks>For the API's document alone: <see cref="EditReader"/> reads it.</remarks>
internal abstract record EditFields : PictureBody
{
    /// <summary>What the picture is to become.</summary>
    [MaxLength(4000), MinLength(1)]
    public required string Prompt { get; init; }

    [AllowedValues("low", "medium", "high", "standard", "hd", "auto")]
    public string? Quality { get; init; }

    /// <summary>How much of the pictures is drawn anew.</summary>
    [Range(0.0, 1.0)]
    public float? Strength { get; init; }

    /// <summary>Whether the result stays close to the pictures.</summary>
    [AllowedValues("high", "low")]
    public string? InputFidelity { get; init; }

    [DefaultValue(false)]
    public bool? Stream { get; init; }

    [Range(0, 3), DefaultValue(0)]
    public int? PartialImages { get; init; }
}

/// <summary>The body of <c>POST /v1/images/edits</c> as JSON.</summary>
internal sealed record EditBody : EditFields
{
    /// <summary>A data URL with base64, or {"image_url": …} with one, or a list of up to 3 of them. One of image and images has to be there.</summary>
    public JsonElement? Image { get; init; }

    /// <summary>The same.</summary>
    public JsonElement? Images { get; init; }

    /// <summary>A PNG whose transparent parts are drawn anew, in the same form.</summary>
    public JsonElement? Mask { get; init; }
}

/// <summary>The same as a form.</summary>
internal sealed record EditForm : EditFields
{
    /// <summary>A PNG, JPEG or WebP; several parts of this name, or of image[], are several pictures.</summary>
    public required IFormFile Image { get; init; }

    /// <summary>A PNG whose transparent parts are drawn anew.</summary>
    public IFormFile? Mask { get; init; }
}
