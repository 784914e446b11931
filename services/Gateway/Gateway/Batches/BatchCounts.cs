namespace Limner.Gateway.Batches;

/// <summary>How far a batch is: counted from its jobs while it runs, and from its files once it is over.</summary>
internal sealed record BatchCounts(int Total, int Completed, int Failed);
