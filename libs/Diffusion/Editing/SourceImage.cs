using System.Security.Cryptography;
using Limner.Diffusion.Resampling;
using Limner.Diffusion.Unclip;

namespace Limner.Diffusion.Editing;

/// <summary>A picture that somebody gave to be worked on: 8-bit RGB, row by row.</summary>
public sealed class SourceImage
{
    private readonly ReadOnlyMemory<byte> _rgb;
    private string? _digest;

    /// <summary>Takes a picture; its memory must not change any more.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="rgb">(height, width, 3)</param>
    /// <exception cref="ArgumentException">The sides are not positive, or the bytes are not as many as they ask for.</exception>
    public SourceImage(int width, int height, ReadOnlyMemory<byte> rgb)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (rgb.Length != 3L * width * height)
        {
            throw new ArgumentException($"A picture of {width}x{height} has {3L * width * height} bytes, not {rgb.Length}.", nameof(rgb));
        }

        (Width, Height, _rgb) = (width, height, rgb);
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>(<see cref="Height"/>, <see cref="Width"/>, 3)</summary>
    public ReadOnlySpan<byte> Rgb => _rgb.Span;

    /// <summary>SHA-256 over size and pixels, in lower-case hexadecimal: equal pictures have equal ones.</summary>
    /// <remarks>Taken once: the key of every candidate's conditioning and its picture's provenance ask for it.</remarks>
    public string Digest() => _digest ??= Compute();

    private string Compute()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(BitConverter.GetBytes(Width));
        hash.AppendData(BitConverter.GetBytes(Height));
        hash.AppendData(Rgb);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The picture as planes in [-1, 1], resized so that it covers <paramref name="shape"/> and cut around its middle.</summary>
    /// <param name="shape">(3, H, W)</param>
    /// <param name="planes">(3, H, W)</param>
    public void Cover(ImageShape shape, Span<float> planes)
    {
        // The largest part of the picture that has the shape's proportions.
        int width = Math.Min(Width, Math.Max(1, (int)Math.Round((double)Height * shape.Width / shape.Height)));
        int height = Math.Min(Height, Math.Max(1, (int)Math.Round((double)Width * shape.Height / shape.Width)));
        float[] part = new float[3 * width * height];
        CopyPart((Width - width) / 2, (Height - height) / 2, width, height, part);
        if ((width, height) == (shape.Width, shape.Height))
        {
            part.CopyTo(planes);
            return;
        }

        new BicubicResize(height, width, shape.Height, shape.Width).Apply(part, planes, 3);
        PixelRange.Clamp(planes);
    }

    /// <summary>The picture at another size of the same shape; itself where that is its own.</summary>
    public SourceImage Resized(ImageSize size)
    {
        if (size == new ImageSize(Width, Height))
        {
            return this;
        }

        var shape = new ImageShape(3, size.Height, size.Width);
        (float[] planes, byte[] rgb) = (new float[shape.Length], new byte[shape.Length]);
        Cover(shape, planes);
        PixelRange.ToUnit(planes);
        new Picture(shape, planes).CopyRgb(rgb);
        return new(size.Width, size.Height, rgb);
    }

    private void CopyPart(int left, int top, int width, int height, Span<float> planes)
    {
        ReadOnlySpan<byte> rgb = Rgb;
        int plane = width * height;
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> row = rgb[(3 * (((top + y) * Width) + left))..];
            for (int x = 0; x < width; x++)
            {
                for (int channel = 0; channel < 3; channel++)
                {
                    planes[(channel * plane) + (y * width) + x] = (row[(3 * x) + channel] / 127.5f) - 1;
                }
            }
        }
    }
}
