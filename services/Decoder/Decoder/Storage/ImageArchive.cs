using System.Security.Cryptography;
using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Imaging;
using Limner.ObjectStorage;
using Microsoft.Extensions.Logging;

namespace Limner.Decoder.Storage;

/// <summary>Puts finished images under their keys. A key that is taken holds the same bytes, from another delivery of the same message.</summary>
internal sealed partial class ImageArchive(IObjectStore store, TimeProvider time, ILogger<ImageArchive> logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Stores an image. While the store is away or full it waits, up to the job's deadline: the image is there already, and drawing it
    /// again would not help. Meanwhile the candidates behind it wait too, so memory stays bounded.
    /// </summary>
    /// <returns>Where it is; null if the deadline passed first.</returns>
    public async Task<StoredImage?> StoreAsync(JobDescription job, int candidate, RgbImage image, byte[] png, CancellationToken cancellation)
    {
        string key = StoredImage.KeyOf(job.Tenant, job.JobId, candidate);
        for (TimeSpan pause = FirstPause; time.GetUtcNow() < job.Deadline; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await store.PutIfAbsentAsync(key, png, "image/png", cancellation);
                return new(key, image.Width, image.Height, png.Length, Convert.ToHexStringLower(SHA256.HashData(png)));
            }
            catch (ObjectStoreUnavailableException exception)
            {
                LogUnavailable(key, exception);
                await Task.Delay(pause, time, cancellation);
            }
        }

        return null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Image {Key} cannot be stored yet")]
    private partial void LogUnavailable(string key, Exception exception);
}
