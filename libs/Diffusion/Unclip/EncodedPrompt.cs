using Limner.Diffusion.Sampling;

namespace Limner.Diffusion.Unclip;

/// <summary>A prompt that left the encoder half.</summary>
/// <param name="Request">What was asked.</param>
/// <param name="End">How it ended.</param>
/// <param name="Conditionings">One for each candidate, in order, if it was completed; otherwise empty.</param>
/// <param name="Refusal">That the prior gave what is no finite number; null in every other case.</param>
public sealed record EncodedPrompt(EncodeRequest Request, SampleEnd End, IReadOnlyList<Conditioning> Conditionings, RefusedRequestException? Refusal = null);
