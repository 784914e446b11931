using Limner.Diffusion.Unclip;

namespace Limner.Inference;

/// <summary>An engine for an <see cref="EngineThread{TRequest, TEnded, TResult}"/>, and how to read what it hands out.</summary>
/// <param name="Start">Makes the engine, and makes it anew when a step has thrown; on the engine's thread.</param>
/// <param name="RequestOf">The request, the same instance, of what left the engine.</param>
/// <param name="Take">Copies what is wanted of it before the engine reuses its memory; on the engine's thread.</param>
public sealed record EngineParts<TRequest, TEnded, TResult>(
    Func<IStepEngine<TRequest, TEnded>> Start, Func<TEnded, TRequest> RequestOf, Func<TEnded, TResult> Take);

/// <summary>What became of a request.</summary>
/// <param name="Value">What was taken of it.</param>
/// <param name="Elapsed">Time from joining the engine to leaving it.</param>
public sealed record EngineResult<TResult>(TResult Value, TimeSpan Elapsed);
