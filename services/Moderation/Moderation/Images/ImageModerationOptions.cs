using System.ComponentModel.DataAnnotations;

namespace Limner.Moderation.Images;

/// <summary>The section <c>Moderation:Images</c> of the configuration.</summary>
internal sealed class ImageModerationOptions
{
    public const string Section = $"{ModerationOptions.Section}:Images";

    /// <summary>Approves every image without looking at it; for a model folder without concepts, and only if said so.</summary>
    public bool Unchecked { get; set; }

    /// <summary>Images fetched and decoded at once.</summary>
    [Range(1, 100, ErrorMessage = "expected 1 to 100.")]
    public int AtOnce { get; set; } = 2;
}
