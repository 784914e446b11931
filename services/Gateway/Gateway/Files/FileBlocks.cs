using System.Globalization;
using Limner.ObjectStorage;

namespace Limner.Gateway.Files;

/// <summary>
/// The content of files: blocks of one length, each an object of its own, the last one shorter. So a file of any length is written and read with one block in
/// memory, and reading can begin anywhere.
/// </summary>
internal sealed class FileBlocks(IObjectStore store)
{
    public const int Length = 4 * 1024 * 1024;

    /// <summary>Begins a new file, which has no row yet.</summary>
    public FileWriter Create(string tenant, DateTimeOffset now) => new(store, this, tenant, Guid.CreateVersion7(now));

    /// <summary>Reads from a byte on.</summary>
    public Stream Open(StoredFile file, long offset) => new BlockStream(store, file, offset);

    /// <summary>Removes all that is there of a file.</summary>
    public async Task DeleteAsync(string tenant, Guid id, CancellationToken cancellation)
    {
        var keys = new List<string>();
        await foreach (StoredObject block in store.ListAsync(Folder(tenant, id), cancellation))
        {
            keys.Add(block.Key);
        }

        foreach (string key in keys)
        {
            await store.DeleteAsync(key, cancellation);
        }
    }

    public static string Key(string tenant, Guid id, int block) => string.Create(CultureInfo.InvariantCulture, $"{Folder(tenant, id)}{block:D6}");

    /// <returns>The file that an object is a block of; null if it is none.</returns>
    public static Guid? FileOf(string key) =>
        key.Split('/') is [_, "files", var file, var block] && Guid.TryParseExact(file, "N", out Guid id)
        && int.TryParse(block, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? id : null;

    private static string Folder(string tenant, Guid id) => $"{tenant}/files/{id:N}/";
}
