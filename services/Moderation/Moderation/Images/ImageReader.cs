using Limner.ObjectStorage;

namespace Limner.Moderation.Images;

/// <summary>Fetches images whole, as long as they are no longer than any image of ours can be.</summary>
internal sealed class ImageReader(IObjectStore store)
{
    // 1024×1024 RGB is 3 MiB before compression; a PNG of noise is hardly more.
    private const int LargestFile = 8 << 20;

    /// <summary>The bytes; null if there is no such object.</summary>
    /// <exception cref="InvalidDataException">The object is longer than an image can be.</exception>
    /// <exception cref="ObjectStoreUnavailableException">The store cannot be reached.</exception>
    public async Task<byte[]?> ReadAsync(string key, CancellationToken cancellation)
    {
        await using Stream? stream = await store.OpenAsync(key, cancellation);
        if (stream is null)
            return null;
        using var bytes = new MemoryStream();
        var part = new byte[81920];
        for (int read; (read = await ReadPartAsync(stream, part, cancellation)) > 0;)
        {
            if (bytes.Length + read > LargestFile)
                throw new InvalidDataException($"The object {key} is longer than {LargestFile} bytes, so it is no image of ours.");
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
            throw new ObjectStoreUnavailableException("The object store broke off while an image was read.", e);
        }
    }
}
