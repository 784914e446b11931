using System.Numerics.Tensors;
using System.Security.Cryptography;
using Limner.Diffusion.Unclip;

namespace Limner.Diffusion.Editing;

/// <summary>A picture of which a part is to stay; the rest is drawn anew.</summary>
public sealed class KnownRegion
{
    private readonly ReadOnlyMemory<byte> _kept;
    private string? _digest;

    /// <summary>Takes a picture and what of it stays; their memory must not change any more.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="kept">(H, W): 0 where it is drawn anew, anything else where it stays.</param>
    /// <exception cref="RefusedRequestException">The mask has another size, or leaves nothing to draw.</exception>
    public KnownRegion(SourceImage image, ReadOnlyMemory<byte> kept)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (kept.Length != (long)image.Width * image.Height)
        {
            throw new RefusedRequestException(RequestProblem.Mask, $"The mask has {kept.Length} pixels; expected {image.Width}x{image.Height}, as the picture has.");
        }

        if (!kept.Span.Contains((byte)0))
        {
            throw new RefusedRequestException(RequestProblem.Mask, "The mask leaves nothing to draw: no pixel of it is transparent.");
        }

        (Image, _kept) = (image, kept);
    }

    /// <summary>The picture.</summary>
    public SourceImage Image { get; }

    /// <summary>(H, W): 0 where it is drawn anew.</summary>
    public ReadOnlySpan<byte> Kept => _kept.Span;

    /// <summary>How often each step of the decoder is done, with noise in between: 1 for RePaint's plain way.</summary>
    public int Resamplings { get; init; } = 1;

    /// <summary>The picture on a larger or moved canvas: what the picture does not cover is drawn anew.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="canvas">Size of the canvas.</param>
    /// <param name="left">Where the picture's first column lies on it; may be negative.</param>
    /// <param name="top">Where its first row lies.</param>
    /// <exception cref="RefusedRequestException">The picture covers all of the canvas, or nothing.</exception>
    public static KnownRegion Place(SourceImage image, ImageSize canvas, int left, int top)
    {
        ArgumentNullException.ThrowIfNull(image);
        (byte[] rgb, byte[] kept) = (new byte[3 * canvas.Width * canvas.Height], new byte[canvas.Width * canvas.Height]);
        (int from, int to) = (Math.Max(0, left), Math.Min(canvas.Width, left + image.Width));
        if (from >= to || top >= canvas.Height || top + image.Height <= 0)
        {
            throw new RefusedRequestException(RequestProblem.Mask, $"The picture lies outside of the canvas of {canvas}.");
        }

        for (int y = Math.Max(0, top); y < Math.Min(canvas.Height, top + image.Height); y++)
        {
            image.Rgb.Slice(3 * (((y - top) * image.Width) + from - left), 3 * (to - from)).CopyTo(rgb.AsSpan(3 * ((y * canvas.Width) + from)));
            kept.AsSpan((y * canvas.Width) + from, to - from).Fill(1);
        }

        return new(new(canvas.Width, canvas.Height, rgb), kept);
    }

    /// <summary>SHA-256 over picture and mask, in lower-case hexadecimal.</summary>
    /// <remarks>Taken once: the key of every candidate's conditioning and its picture's provenance ask for it.</remarks>
    public string Digest() => _digest ??= Compute();

    private string Compute()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Convert.FromHexString(Image.Digest()));
        Span<byte> bits = stackalloc byte[4096];
        for (ReadOnlySpan<byte> rest = Kept; !rest.IsEmpty; rest = rest[bits.Length..])
        {
            bits = bits[..Math.Min(bits.Length, rest.Length)];
            TensorPrimitives.Min(rest[..bits.Length], (byte)1, bits);
            hash.AppendData(bits);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
