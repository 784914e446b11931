namespace Limner.Gateway.Images;

/// <summary>The rest of a picture's signed address. Nobody makes one up: the API gives them out.</summary>
/// <remarks>For the API's document alone: <see cref="ImageAddress"/> reads it.</remarks>
internal sealed record ImageAddressQuery
{
    public required string Format { get; init; }

    public required int Quality { get; init; }

    /// <summary>Seconds since 1970.</summary>
    public required long Expires { get; init; }

    public required string Signature { get; init; }
}
