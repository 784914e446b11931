using Limner.Diffusion.Sampling;

namespace Limner.Diffusion.Unclip;

/// <summary>A candidate that left the decoder half.</summary>
/// <param name="Request">What was asked.</param>
/// <param name="End">How it ended.</param>
/// <param name="Picture">The image if it was completed; its memory is reused from the next <see cref="UnclipDecoder.Step"/> on.</param>
/// <param name="Refusal">Which network gave what is no finite number; null in every other case.</param>
public sealed record DecodedImage(DecodeRequest Request, SampleEnd End, Picture? Picture, RefusedRequestException? Refusal = null);
