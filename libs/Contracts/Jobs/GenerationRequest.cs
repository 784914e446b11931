using Limner.Contracts.Edits;

namespace Limner.Contracts.Jobs;

/// <summary>What is to be drawn. The same request gives the same bytes.</summary>
public sealed record GenerationRequest
{
    /// <summary>What to draw.</summary>
    public required string Prompt { get; init; }

    /// <summary>What to lead away from.</summary>
    public string NegativePrompt { get; init; } = "";

    /// <summary>How many images, from 1.</summary>
    public required int Candidates { get; init; }

    /// <summary>Seed of all noise.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Columns of an image, in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Rows of an image, in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Steps of the decoder; null for the model's own number.</summary>
    public int? Steps { get; init; }

    /// <summary>Guidance scale of the decoder; null for the model's own.</summary>
    public float? Guidance { get; init; }

    /// <summary>Name of the LoRA adapter that the model is to draw with; null for none.</summary>
    public string? Adapter { get; init; }

    /// <summary>What the caller wrote, where <see cref="Prompt"/> was made of it; null where they are the same.</summary>
    public string? AskedPrompt { get; init; }

    /// <summary>What is made of given pictures; null if the prompt is drawn from nothing.</summary>
    public EditRequest? Edit { get; init; }
}
