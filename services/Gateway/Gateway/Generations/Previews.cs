using Limner.Gateway.Images;
using Limner.Gateway.Jobs;
using Limner.Gateway.Limits;
using Limner.Imaging;
using Limner.ServiceDefaults.Progress;

namespace Limner.Gateway.Generations;

/// <summary>
/// What is to be seen of a picture that is being drawn, as large as the picture will be. A slow reader holds such a file for long, and whoever likes can have many of them: a tenant's
/// readers hold a few at a time, and who finds no place goes without, since the picture itself comes in the end.
/// </summary>
internal sealed class Previews(MadeFiles made)
{
    internal const int HeldByTenant = 16;

    private readonly TenantTurns _held = new(HeldByTenant);

    /// <returns>Whether there was one to send, and a place for it.</returns>
    public async Task<bool> SendAsync(Job job, JobProgress progress, Delivery delivery, Func<Stream, Task> send, CancellationToken cancellation)
    {
        using IDisposable? place = await _held.EnterAsync(job.Tenant, TimeSpan.Zero, cancellation);
        if (place is null || progress.Preview is not { } preview)
        {
            return false;
        }

        byte[]? file = await made.MakeAsync(
            (job.Id, progress.Candidate, progress.Step, delivery.Format, delivery.Quality), () => Task.FromResult<byte[]?>(Enlarge(preview, job, delivery)), cancellation);
        using var stream = new MemoryStream(file!, writable: false);
        await send(stream);
        return true;
    }

    // A preview is small; the event says the size of the picture, and its picture has it.
    private static byte[] Enlarge(byte[] preview, Job job, Delivery delivery)
    {
        RgbImage large = Enlargement.Enlarge(PngDecoder.Decode(preview, Math.Max(job.Width, job.Height)), job.Width, job.Height);
        return delivery.Format == ImageFormat.Png ? PngEncoder.Encode(large) : LossyEncoder.Encode(large, delivery.Format, delivery.Quality);
    }
}
