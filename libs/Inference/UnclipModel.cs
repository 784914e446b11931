using Limner.Diffusion.Unclip;

namespace Limner.Inference;

/// <summary>A validated model with its sessions, which it closes when it is disposed.</summary>
public sealed class UnclipModel : IDisposable
{
    private readonly IReadOnlyList<IDisposable> _networks;

    internal UnclipModel(IReadOnlyList<IDisposable> networks) => _networks = networks;

    /// <summary>The model's name: from <c>limner.json</c>, or the folder's.</summary>
    public required string Name { get; init; }

    /// <summary>Its version; empty where the folder does not say.</summary>
    public required string Version { get; init; }

    /// <summary>Its licence; empty where the folder does not say.</summary>
    public required string License { get; init; }

    /// <summary>One line: which execution provider runs it, and why.</summary>
    public required string Execution { get; init; }

    /// <summary>How it is sampled where a request does not say.</summary>
    public required UnclipDefaults Defaults { get; init; }

    /// <summary>The encoder half; null where it was not loaded.</summary>
    public EncoderNetworks? Encoder { get; init; }

    /// <summary>The decoder half; null where it was not loaded.</summary>
    public DecoderNetworks? Decoder { get; init; }

    /// <summary>The image encoder; null where it was not loaded or the folder has none.</summary>
    public ImageEncoder? ImageEncoder { get; init; }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Bindings before the sessions they belong to.
        foreach (IDisposable? network in _networks.Reverse())
        {
            network.Dispose();
        }
    }
}
