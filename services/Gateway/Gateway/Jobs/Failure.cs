namespace Limner.Gateway.Jobs;

/// <summary>Why a job or a candidate gave no image, or was cancelled: a code of docs/errors.md and one sentence.</summary>
internal sealed record Failure(string Code, string Message)
{
    /// <summary>The category of the policy that refused it, where one did.</summary>
    public string? Category { get; init; }

    public string? PolicyVersion { get; init; }
}
