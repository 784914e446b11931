using Limner.Imaging;

namespace Limner.Gateway.Generations;

/// <summary>How pictures are handed over; nothing of it changes what is drawn.</summary>
internal sealed record Delivery
{
    public required ImageFormat Format { get; init; }

    /// <summary>Of JPEG and WebP: 0, the smallest file, to 100.</summary>
    public required int Quality { get; init; }

    /// <summary>Whether the answer has signed addresses; otherwise the pictures themselves, in base64.</summary>
    public required bool AsUrl { get; init; }

    public bool Streams { get; init; }

    /// <summary>Previews at most, of each picture of a stream.</summary>
    public int PartialImages { get; init; }

    /// <summary>What the answer says of the quality that was asked for.</summary>
    public required string QualityName { get; init; }

    /// <summary>What its events are called.</summary>
    public string EventName { get; init; } = "image_generation";

    public bool RepeatsPrompt { get; init; }

    public string FormatName => Format.ToString().ToLowerInvariant();
}
