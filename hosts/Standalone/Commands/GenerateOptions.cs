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

    /// <summary>What the pictures begin from besides the rest of these options: nothing, one thing, or several that make a strip.</summary>
    public IReadOnlyList<Edit> Edits { get; init; } = [];

    public string? Model { get; init; }

    /// <summary>Name and version of the model that drew what is drawn once more; null where it does not matter or is not known.</summary>
    public string? DrawnBy { get; init; }

    public string? Adapter { get; init; }

    public required string Out { get; init; }

    public bool Json { get; init; }

    public int? Threads { get; init; }

    public ExecutionProvider Provider { get; init; }

    /// <summary>Whether the provider was asked for.</summary>
    public bool ProviderGiven { get; init; }

    /// <summary>Who draws; null for this machine.</summary>
    public ServiceAddress? Service { get; init; }
}
