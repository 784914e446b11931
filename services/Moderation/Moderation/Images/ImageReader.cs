using Limner.ObjectStorage;

namespace Limner.Moderation.Images;

/// <summary>Fetches images whole, as long as they are no longer than any image of ours can be.</summary>
internal sealed class ImageReader(IObjectStore store)
{
    // 2048×2048 RGB is 12 MiB before compression; a PNG of noise is hardly more.
    private const int LargestFile = 16 << 20;

    /// <summary>The bytes; null if there is no such object.</summary>
    /// <exception cref="InvalidDataException">The object is longer than an image can be.</exception>
    /// <exception cref="ObjectStoreUnavailableException">The store cannot be reached.</exception>
    public Task<byte[]?> ReadAsync(string key, CancellationToken cancellation) => store.ReadAsync(key, LargestFile, cancellation);
}
