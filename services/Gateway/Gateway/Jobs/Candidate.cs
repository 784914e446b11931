using Limner.Contracts.Images;

namespace Limner.Gateway.Jobs;

/// <summary>What became of one candidate. One that is still on its way has none of these.</summary>
internal sealed record Candidate(int Index, CandidateState State)
{
    /// <summary>Where its image is; only if it was approved.</summary>
    public StoredImage? Image { get; init; }

    /// <summary>Tokens of the prompt it was drawn from; 0 if its worker did not say.</summary>
    public int PromptTokens { get; init; }

    public Failure? Failure { get; init; }
}

internal enum CandidateState
{
    Approved,
    Rejected,
    Failed,
}
