namespace Limner.Contracts.Images;

/// <summary>What one candidate took; what is counted and charged.</summary>
/// <param name="Steps">Denoising steps of the decoder; of super-resolution where it alone had work.</param>
/// <param name="PixelSteps">Steps times pixels of the finished image.</param>
/// <param name="ComputeSeconds">Time in the decoder, from its first step to its last, in seconds.</param>
/// <param name="Model">Name and version of the model that drew it; null from a worker that does not say.</param>
/// <param name="PromptTokens">Tokens of the prompt, its start and end among them; 0 from a worker that does not say.</param>
public sealed record WorkDone(int Steps, long PixelSteps, double ComputeSeconds, string? Model = null, int PromptTokens = 0);
