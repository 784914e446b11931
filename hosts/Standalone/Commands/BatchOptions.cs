namespace Limner.Standalone.Commands;

/// <summary>What was asked of <c>batches</c>, where that is more than one call of the API.</summary>
/// <param name="Wait">Whether to follow the batch to its end.</param>
/// <param name="Json">Whether to print JSON.</param>
internal abstract record BatchOptions(bool Wait, bool Json)
{
    /// <param name="File">The requests; <c>-</c> for standard input.</param>
    /// <param name="Endpoint">What each of them asks.</param>
    /// <param name="Wait">Whether to follow the batch to its end.</param>
    /// <param name="Json">Whether to print JSON.</param>
    internal sealed record Create(string File, string Endpoint, bool Wait, bool Json) : BatchOptions(Wait, Json);

    internal sealed record Get(string Id, bool Wait, bool Json) : BatchOptions(Wait, Json);

    /// <param name="Id">The batch.</param>
    /// <param name="Folder">Where the files go.</param>
    /// <param name="Wait">Whether to follow the batch to its end.</param>
    internal sealed record Results(string Id, string Folder, bool Wait) : BatchOptions(Wait, Json: false);
}
