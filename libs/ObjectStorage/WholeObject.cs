namespace Limner.ObjectStorage;

/// <summary>Objects that are read whole, since they are known to be small.</summary>
public static class WholeObject
{
    private const int PartLength = 81920;

    /// <summary>Reads an object whole.</summary>
    /// <param name="store">Where it is.</param>
    /// <param name="key">Its key.</param>
    /// <param name="most">Bytes that it may have.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <returns>The bytes; null if there is no such object.</returns>
    /// <exception cref="InvalidDataException">The object is longer.</exception>
    /// <exception cref="ObjectStoreUnavailableException">The store cannot be reached, or broke off.</exception>
    public static async Task<byte[]?> ReadAsync(this IObjectStore store, string key, int most, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(store);
        await using Stream? stream = await store.OpenAsync(key, cancellation);
        if (stream is null)
        {
            return null;
        }

        using var bytes = new MemoryStream();
        byte[] part = new byte[PartLength];
        for (int read; (read = await ReadPartAsync(stream, part, cancellation)) > 0;)
        {
            if (bytes.Length + read > most)
            {
                throw new InvalidDataException($"The object {key} is longer than {most} bytes.");
            }

            bytes.Write(part, 0, read);
        }

        return bytes.ToArray();
    }

    private static async Task<int> ReadPartAsync(Stream stream, byte[] part, CancellationToken cancellation)
    {
        try
        {
            return await stream.ReadAsync(part, cancellation);
        }
        catch (IOException e)
        {
            throw new ObjectStoreUnavailableException("The object store broke off while an object was read.", e);
        }
    }
}
