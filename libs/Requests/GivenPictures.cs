using Limner.Diffusion.Editing;
using Limner.Imaging;
using Limner.Imaging.Uploads;
using Limner.ObjectStorage;

namespace Limner.Requests;

/// <summary>
/// Fetches and decodes what jobs were given, one at a time in a process, since a file is a fraction of what its pixels take. The Gateway has looked at each whole,
/// within limits that its operator set; these are the widest of them.
/// </summary>
public sealed class GivenPictures(IObjectStore store) : IDisposable
{
    private const int MostBytes = 256 << 20;
    private const long MostPixels = 1 << 28;

    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>The picture under a key.</summary>
    /// <exception cref="LostPictureException">It is not there any more, or is no picture.</exception>
    /// <exception cref="ObjectStoreUnavailableException">The store cannot be reached.</exception>
    public Task<UploadedPicture> ReadAsync(string key, CancellationToken cancellation) => DecodeAsync(key, file => UploadedImage.Decode(file, MostPixels), cancellation);

    /// <summary>The picture under a key for whoever only looks at it: no side is longer than that.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public Task<RgbImage> ReadReducedAsync(string key, int longestSide, CancellationToken cancellation) =>
        DecodeAsync(key, file => UploadedImage.DecodeReduced(file, MostPixels, longestSide), cancellation);

    /// <summary>The picture under a key, as a part of a blend.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public async Task<SourceImage> ReadPartAsync(string key, CancellationToken cancellation)
    {
        RgbImage image = await DecodeAsync(key, file => UploadedImage.DecodeCovering(file, MostPixels, BlendPart.ShorterSide), cancellation);
        return new(image.Width, image.Height, image.Pixels);
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task<T> DecodeAsync<T>(string key, Func<byte[], T> decode, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            return decode(await store.ReadAsync(key, MostBytes, cancellation) ?? throw new LostPictureException("A picture that the job was given is no longer there."));
        }
        catch (InvalidDataException)
        {
            throw new LostPictureException("A picture that the job was given cannot be read any more.");
        }
        finally
        {
            _turn.Release();
        }
    }
}
