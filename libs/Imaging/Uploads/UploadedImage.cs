using SkiaSharp;

namespace Limner.Imaging.Uploads;

/// <summary>A picture that somebody sent, which need not be honest: its header is judged before anything is allocated for its pixels, and then all of it is decoded once.</summary>
public static class UploadedImage
{
    /// <summary>Makes sure that a file is one whole picture of at most <paramref name="mostPixels"/> pixels.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="mostPixels">Width times height at most; decoding takes four bytes for each.</param>
    /// <returns>What its header says, which then is true; of a photo that lies on its side, width and height as it is seen.</returns>
    /// <exception cref="InvalidDataException">It is no PNG, JPEG or WebP, has too many pixels, is animated, damaged or cut short.</exception>
    public static ImageHeader Check(ReadOnlySpan<byte> file, long mostPixels)
    {
        using SKBitmap bitmap = Read(file, mostPixels, out ImageHeader header);
        return header;
    }

    /// <summary>Decodes it.</summary>
    /// <inheritdoc cref="Check"/>
    /// <returns>Its pixels.</returns>
    public static UploadedPicture Decode(ReadOnlySpan<byte> file, long mostPixels)
    {
        using SKBitmap bitmap = Read(file, mostPixels, out ImageHeader header);
        ReadOnlySpan<byte> rgba = bitmap.GetPixelSpan();
        byte[] alpha = new byte[header.Width * header.Height];
        for (int i = 0; i < alpha.Length; i++)
        {
            alpha[i] = rgba[(4 * i) + 3];
        }

        return new(RgbImage.OnWhite(rgba, header.Width, header.Height), alpha);
    }

    /// <summary>Decodes it for whoever only looks at it: what has a longer side than that is made smaller while it is read, so that its pixels are never held as a picture.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="mostPixels">Width times height at most; decoding takes four bytes for each.</param>
    /// <param name="longestSide">The longest side of the result.</param>
    /// <inheritdoc cref="Check" path="/exception"/>
    /// <returns>The picture, or means of squares of its pixels, laid on white.</returns>
    public static RgbImage DecodeReduced(ReadOnlySpan<byte> file, long mostPixels, int longestSide)
    {
        using SKBitmap bitmap = Read(file, mostPixels, out ImageHeader header);
        return PixelMeans.Of(bitmap.GetPixelSpan(), header.Width, header.Height, (Math.Max(header.Width, header.Height) + longestSide - 1) / longestSide);
    }

    /// <summary>Decodes it for whoever makes it smaller anyway: by the largest whole factor that leaves its shorter side that many pixels.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="mostPixels">Width times height at most; decoding takes four bytes for each.</param>
    /// <param name="shorterSide">What the shorter side keeps; of a picture below twice that every pixel stays.</param>
    /// <inheritdoc cref="DecodeReduced" path="/exception"/>
    /// <inheritdoc cref="DecodeReduced" path="/returns"/>
    public static RgbImage DecodeCovering(ReadOnlySpan<byte> file, long mostPixels, int shorterSide)
    {
        using SKBitmap bitmap = Read(file, mostPixels, out ImageHeader header);
        return PixelMeans.Of(bitmap.GetPixelSpan(), header.Width, header.Height, Math.Max(1, Math.Min(header.Width, header.Height) / shorterSide));
    }

    private static SKBitmap Read(ReadOnlySpan<byte> file, long mostPixels, out ImageHeader header)
    {
        header = ImageHeader.Read(file);
        if ((long)header.Width * header.Height > mostPixels)
        {
            throw new InvalidDataException($"The picture has {header.Width}x{header.Height} pixels; expected at most {mostPixels} in all.");
        }

        if (header.Format == ImageFormat.Png && !PngHeader.IsComplete(file))
        {
            throw new InvalidDataException("The PNG is cut short: its last chunk (IEND) is missing.");
        }

        using SKData data = SKData.CreateCopy(file);
        using SKCodec? codec = SKCodec.Create(data);
        if (codec is null || codec.EncodedFormat != FormatOf(header.Format) || codec.Info.Width != header.Width || codec.Info.Height != header.Height)
        {
            throw new InvalidDataException($"The {header.Format} is damaged: its header does not describe what follows.");
        }

        if (codec.FrameCount > 1)
        {
            throw new InvalidDataException("The picture is animated; expected a single one.");
        }

        // Named, the colour space is what pixels are converted to: photos of telephones are in Display P3, and would come out dull. Files that name none are taken to be in it.
        using var colours = SKColorSpace.CreateSrgb();
        var bitmap = new SKBitmap(new SKImageInfo(header.Width, header.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul, colours));
        SKCodecResult result = codec.GetPixels(bitmap.Info, bitmap.GetPixels());
        if (result == SKCodecResult.Success)
        {
            if (Orientation.IsTurned(codec.EncodedOrigin))
            {
                header = header with { Width = header.Height, Height = header.Width };
            }

            return Orientation.Upright(bitmap, codec.EncodedOrigin);
        }

        bitmap.Dispose();
        throw new InvalidDataException($"The {header.Format} is damaged or cut short: {result} while its pixels were read.");
    }

    private static SKEncodedImageFormat FormatOf(ImageFormat format) => format switch
    {
        ImageFormat.Png => SKEncodedImageFormat.Png,
        ImageFormat.Jpeg => SKEncodedImageFormat.Jpeg,
        _ => SKEncodedImageFormat.Webp,
    };
}
