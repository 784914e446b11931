namespace Limner.Gateway.Files;

/// <summary>A file of a tenant: this row, and its content in blocks in the object store (<see cref="FileBlocks"/>). It never changes.</summary>
internal sealed record StoredFile
{
    public required Guid Id { get; init; }

    public required string Tenant { get; init; }

    /// <summary>As its owner called it; nothing is ever stored under it.</summary>
    public required string Name { get; init; }

    public required FilePurpose Purpose { get; init; }

    public required long Bytes { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Expires { get; init; }
}

/// <summary>What a file is for. The numbers stand in the database.</summary>
internal enum FilePurpose
{
    /// <summary>Requests that somebody uploaded.</summary>
    Batch = 0,

    /// <summary>Results that a batch wrote.</summary>
    BatchOutput = 1,

    /// <summary>A picture that jobs are made of.</summary>
    Vision = 2,
}
