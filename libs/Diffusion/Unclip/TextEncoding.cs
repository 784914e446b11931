namespace Limner.Diffusion.Unclip;

/// <summary>What the text encoder makes of one prompt.</summary>
/// <param name="Embedding"><c>text_embeds</c>, (D).</param>
/// <param name="States"><c>last_hidden_state</c>, (77, E).</param>
/// <param name="Mask">The tokenizer's mask, (77): true where the id is not padding.</param>
public sealed record TextEncoding(float[] Embedding, float[] States, bool[] Mask);
