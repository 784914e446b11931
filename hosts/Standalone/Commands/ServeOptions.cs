using Limner.Inference;

namespace Limner.Standalone.Commands;

/// <summary>What was asked of <c>serve</c>; null leaves it to the environment and then to the default.</summary>
internal sealed record ServeOptions
{
    public string? Data { get; init; }

    public required string Url { get; init; }

    public string? Model { get; init; }

    public int? Threads { get; init; }

    public ExecutionProvider? Provider { get; init; }
}
