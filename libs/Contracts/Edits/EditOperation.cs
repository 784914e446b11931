namespace Limner.Contracts.Edits;

/// <summary>What is made of pictures that the caller gave.</summary>
public enum EditOperation
{
    /// <summary>Others like it.</summary>
    Variation,

    /// <summary>The same, with a part drawn anew.</summary>
    Inpainting,

    /// <summary>The same, with more around it.</summary>
    Outpainting,

    /// <summary>One between several pictures and prompts.</summary>
    Blend,

    /// <summary>The same with more pixels.</summary>
    Upscale,

    /// <summary>Another one of the same composition.</summary>
    Reroll,

    /// <summary>The same after a changed prompt: what the prompt still says stays where it was.</summary>
    Revision,
}
