namespace Limner.Gateway.Batches;

/// <summary>How far a batch is: by what of its jobs is not completed while it runs, and from its files once it is over.</summary>
internal sealed record BatchCounts(int Total, int Completed, int Failed);
