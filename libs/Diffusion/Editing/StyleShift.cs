namespace Limner.Diffusion.Editing;

/// <summary>
/// What an embedding is moved by: the difference of what the prior makes of two prompts with the same noise (unCLIP's text diffs, section 3.3, within the image
/// embeddings). What both prompts say alike cancels out.
/// </summary>
/// <param name="Towards">Says what it is to be like.</param>
/// <param name="From">Says the same without that.</param>
/// <param name="Weight">How far it is moved, from 0: 1 is the whole difference.</param>
public sealed record StyleShift(string Towards, string From, float Weight = 1);
