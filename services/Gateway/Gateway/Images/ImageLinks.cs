using Limner.Contracts.Images;
using Limner.Gateway.Generations;
using Limner.Imaging;
using Limner.ObjectStorage;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Images;

/// <summary>Addresses at which a picture can be had without a key, for an hour.</summary>
internal sealed class ImageLinks(IObjectStore store, AddressSigner signer, IOptions<ImagesOptions> options, TimeProvider time)
{
    /// <summary>At the object store where it signs addresses and has the picture in this form; otherwise here, at the public address or, where none is known, where the caller asked.</summary>
    public async Task<string> LinkAsync(string id, StoredImage image, Delivery delivery, string askedAt, CancellationToken cancellation)
    {
        TimeSpan life = options.Value.AddressedFor;
        if (delivery.Format == ImageFormat.Png && await store.SignAsync(image.Key, life, cancellation) is { } signed)
        {
            return signed.AbsoluteUri;
        }

        var address = new ImageAddress(id, delivery.Format, delivery.Quality, (time.GetUtcNow() + life).ToUnixTimeSeconds());
        string home = options.Value.PublicAddress is { Length: > 0 } known ? known.TrimEnd('/') : askedAt;
        return home + address.PathWith(signer.Sign(address));
    }
}
