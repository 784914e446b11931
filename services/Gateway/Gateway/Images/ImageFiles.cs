using Limner.Contracts.Images;
using Limner.Gateway.Database;
using Limner.Gateway.Jobs;
using Limner.Imaging;
using Limner.ObjectStorage;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Images;

/// <summary>Pictures as callers want them. They are kept as PNG alone, and made JPEG or WebP when they are handed over.</summary>
internal sealed class ImageFiles(Transactions database, IObjectStore store, MadeFiles made)
{
    private const int LargestFile = 64 << 20;
    private const int LargestSide = 4096;

    /// <summary>An approved image of a tenant, or of anybody if <paramref name="tenant"/> is null; null if there is none.</summary>
    public async Task<StoredImage?> FindAsync(string id, string? tenant, CancellationToken cancellation) => (await FindWithJobAsync(id, tenant, cancellation))?.Image;

    /// <summary>The same, with the job that drew it.</summary>
    public async Task<(Job Job, StoredImage Image)?> FindWithJobAsync(string id, string? tenant, CancellationToken cancellation)
    {
        if (ImageId.Parse(id) is not var (jobId, index))
        {
            return null;
        }

        await using GatewayContext context = database.Read();
        Job? job = await context.Jobs.AsNoTracking().SingleOrDefaultAsync(job => job.Id == jobId && (tenant == null || job.Tenant == tenant), cancellation);
        return job?.Candidates.FirstOrDefault(candidate => candidate.Index == index && candidate.State == CandidateState.Approved)?.Image is { } image ? (job, image) : null;
    }

    /// <summary>The image's file in a form; null if the store does not have it. The caller disposes it.</summary>
    public async Task<Stream?> OpenAsync(StoredImage image, ImageFormat format, int quality, CancellationToken cancellation)
    {
        if (format == ImageFormat.Png)
        {
            return await store.OpenAsync(image.Key, cancellation);
        }

        byte[]? file = await made.MakeAsync((image.Key, format, quality), () => ConvertAsync(image, format, quality, cancellation), cancellation);
        return file is null ? null : new MemoryStream(file, writable: false);
    }

    private async Task<byte[]?> ConvertAsync(StoredImage image, ImageFormat format, int quality, CancellationToken cancellation)
    {
        await using Stream? png = await store.OpenAsync(image.Key, cancellation);
        return png is null ? null : LossyEncoder.Encode(PngDecoder.Decode(await ReadAsync(png, image, cancellation), LargestSide), format, quality);
    }

    private static async Task<byte[]> ReadAsync(Stream png, StoredImage image, CancellationToken cancellation)
    {
        // The length that was written down with it: not more is taken, whatever the store says.
        byte[] bytes = image.Bytes <= LargestFile ? new byte[image.Bytes] : throw new InvalidDataException($"The image {image.Key} has {image.Bytes} bytes; expected at most {LargestFile}.");
        try
        {
            await png.ReadExactlyAsync(bytes, cancellation);
            return bytes;
        }
        catch (Exception broken) when (broken is IOException)
        {
            throw new ObjectStoreUnavailableException($"The object store broke off while {image.Key} was read.", broken);
        }
    }
}
