namespace Limner.Contracts.Jobs;

/// <summary>The two classes of work; the first always goes before the second.</summary>
public enum JobPriority
{
    /// <summary>Somebody waits.</summary>
    Interactive,

    /// <summary>Nobody waits.</summary>
    Batch,
}
