using Limner.Contracts.Images;
using Limner.Gateway.Generations;
using Limner.Imaging;
using Limner.ObjectStorage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Images;

/// <summary>Addresses at which a picture can be had without a key, for a while.</summary>
internal sealed class ImageLinks(IObjectStore store, AddressSigner signer, IOptions<ImagesOptions> options, TimeProvider time)
{
    public TimeSpan UsualLife => options.Value.AddressedFor;

    /// <summary>Where callers reach this service: where it is said to be, or where this one asked.</summary>
    public string HomeOf(HttpRequest request) => options.Value.PublicAddress is { Length: > 0 } known ? known.TrimEnd('/') : $"{request.Scheme}://{request.Host}";

    /// <summary>At the object store where it signs addresses and has the picture in this form; otherwise here.</summary>
    public async Task<string> LinkAsync(string id, StoredImage image, Delivery delivery, string home, TimeSpan life, CancellationToken cancellation)
    {
        if (delivery.Format == ImageFormat.Png && await store.SignAsync(image.Key, life, cancellation) is { } signed)
        {
            return signed.AbsoluteUri;
        }

        var address = new ImageAddress(id, delivery.Format, delivery.Quality, (time.GetUtcNow() + life).ToUnixTimeSeconds());
        return home + address.PathWith(signer.Sign(address));
    }
}
