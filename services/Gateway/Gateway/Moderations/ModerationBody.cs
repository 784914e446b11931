using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Limner.Gateway.Moderations;

/// <summary>The body of <c>POST /v1/moderations</c>.</summary>
/// <remarks>For the API's document alone: <see cref="ModerationReader"/> reads it.</remarks>
internal sealed record ModerationBody
{
    /// <summary>A text of up to 4000 characters, up to 32 of them, or up to 32 parts like {"type": "text", "text": …}, which are judged together.</summary>
    public required JsonElement Input { get; init; }

    /// <summary>Whichever, our policy judges.</summary>
    [AllowedValues("omni-moderation-latest", "omni-moderation-2024-09-26", "text-moderation-latest", "text-moderation-stable")]
    public string? Model { get; init; }
}
