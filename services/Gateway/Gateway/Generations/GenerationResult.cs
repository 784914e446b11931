using System.Text.Json.Serialization;

namespace Limner.Gateway.Generations;

/// <summary>The pictures that were drawn.</summary>
/// <remarks>For the API's document alone: <see cref="GenerationAnswer"/> writes it.</remarks>
internal sealed record GenerationResult
{
    /// <summary>Seconds since 1970.</summary>
    public required long Created { get; init; }

    /// <summary>The pictures that were approved.</summary>
    public required IReadOnlyList<GeneratedPicture> Data { get; init; }

    public required string Size { get; init; }

    public required string Quality { get; init; }

    public required string Background { get; init; }

    public required string OutputFormat { get; init; }

    public required TokenUsage Usage { get; init; }
}

/// <summary>Either <paramref name="Url"/> or <paramref name="B64Json"/>.</summary>
/// <param name="Url">Works for 60 minutes without a key.</param>
/// <param name="B64Json">The file in base64.</param>
/// <param name="RevisedPrompt">With dall-e-3: the prompt.</param>
internal sealed record GeneratedPicture(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Url,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? B64Json,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RevisedPrompt);

/// <summary>Tokens as the text encoder sees the prompt, and one for each 32 by 32 pixels of a picture.</summary>
internal sealed record TokenUsage(int InputTokens, TokenDetails InputTokensDetails, int OutputTokens, TokenDetails OutputTokensDetails, int TotalTokens);

internal sealed record TokenDetails(int TextTokens, int ImageTokens);
