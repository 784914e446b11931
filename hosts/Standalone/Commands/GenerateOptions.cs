using Limner.Diffusion.Unclip;
using Limner.Inference;
using Limner.Standalone.Client;

namespace Limner.Standalone.Commands;

/// <summary>What was asked of <c>generate</c>; null means the model's default.</summary>
internal sealed record GenerateOptions
{
    public string? Prompt { get; init; }

    public string? PromptFile { get; init; }

    public int Count { get; init; } = 1;

    public ulong? Seed { get; init; }

    public int? Steps { get; init; }

    public float? Guidance { get; init; }

    public float? PriorGuidance { get; init; }

    public string Negative { get; init; } = "";

    public ImageSize? Size { get; init; }

    /// <summary>What the pictures begin from, each with the rest of these options: one that begins from nothing, or several that make a strip.</summary>
    public IReadOnlyList<UnclipRequest> Edits { get; init; } = [new() { Prompt = "" }];

    public string? Model { get; init; }

    public required string Out { get; init; }

    public bool Json { get; init; }

    public int? Threads { get; init; }

    public ExecutionProvider Provider { get; init; }

    /// <summary>Whether the provider was asked for.</summary>
    public bool ProviderGiven { get; init; }

    /// <summary>Whether there is more to begin from than a prompt.</summary>
    public bool BeginsFromPictures => Edits.Count > 1 || Edits[0].Parts.Count > 0 || Edits[0].Known is not null || Edits[0].Upscale is not null;

    /// <summary>Who draws; null for this machine.</summary>
    public ServiceAddress? Service { get; init; }
}
