using Limner.Diffusion.Unclip;

namespace Limner.Inference.Folders;

/// <summary>What a decoder's UNet is conditioned on besides the timestep.</summary>
/// <param name="Project">From image embedding and text to that.</param>
/// <param name="Input">The UNet's input for the vector.</param>
/// <param name="Length">Floats of the vector.</param>
/// <param name="States">Text states and their length; none where the decoder reads no text.</param>
internal sealed record DecoderConditioning(TextProjection Project, string Input, int Length, (int Count, int Length) States);
