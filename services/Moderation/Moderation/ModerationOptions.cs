using System.ComponentModel.DataAnnotations;
using Limner.Moderation.Images;

namespace Limner.Moderation;

/// <summary>The section <c>Moderation</c> of the configuration.</summary>
internal sealed class ModerationOptions
{
    public const string Section = "Moderation";

    /// <summary>The prompt policy; the one that the service ships with lies beside the program.</summary>
    [Required(ErrorMessage = "expected the path of a policy file.")]
    public string PolicyFile { get; set; } = Path.Combine(AppContext.BaseDirectory, "prompt-policy.txt");

    /// <summary>Characters of a prompt, and of a negative prompt, beyond which nothing is judged and the job fails.</summary>
    [Range(1, 100_000, ErrorMessage = "expected 1 to 100000 characters.")]
    public int LongestPrompt { get; set; } = 4000;

    /// <summary>Prompts judged at once.</summary>
    [Range(1, 1000, ErrorMessage = "expected 1 to 1000.")]
    public int PromptsAtOnce { get; set; } = 8;

    public ImageModerationOptions Images { get; set; } = new();
}
