using System.ComponentModel.DataAnnotations;

namespace Limner.Gateway.Webhooks.Signing;

/// <summary>How a secret is replaced.</summary>
/// <remarks>For the API's document alone: <see cref="Rotation"/> reads it.</remarks>
internal sealed record RotationBody
{
    /// <summary>How long the old secret signs on. Absent: a day.</summary>
    [Range(0, 604_800)]
    public int? OverlapSeconds { get; init; }
}
