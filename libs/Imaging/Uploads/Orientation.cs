using System.Runtime.InteropServices;
using SkiaSharp;

namespace Limner.Imaging.Uploads;

/// <summary>How a camera was held (EXIF, tag 0x0112): it writes its pixels as they came, and whoever shows the photo turns them.</summary>
internal static class Orientation
{
    /// <summary>Whether rows are seen as columns.</summary>
    public static bool IsTurned(SKEncodedOrigin origin) => origin >= SKEncodedOrigin.LeftTop;

    /// <summary>The picture as it is seen; what was given is disposed unless it is that.</summary>
    /// <param name="stored">Four bytes for a pixel.</param>
    /// <param name="origin">Where the first row and the first column are seen.</param>
    public static SKBitmap Upright(SKBitmap stored, SKEncodedOrigin origin)
    {
        if (origin == SKEncodedOrigin.TopLeft)
        {
            return stored;
        }

        using (stored)
        {
            bool isTurned = IsTurned(origin);
            bool fromRight = origin is SKEncodedOrigin.TopRight or SKEncodedOrigin.BottomRight or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom;
            bool fromBottom = origin is SKEncodedOrigin.BottomRight or SKEncodedOrigin.BottomLeft or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
            var upright = new SKBitmap(isTurned ? stored.Info.WithSize(stored.Height, stored.Width) : stored.Info);
            (int width, int height) = (upright.Width, upright.Height);
            ReadOnlySpan<uint> from = MemoryMarshal.Cast<byte, uint>(stored.GetPixelSpan());
            Span<uint> to = MemoryMarshal.Cast<byte, uint>(upright.GetPixelSpan());
            for (int y = 0; y < height; y++)
            {
                int row = fromBottom ? height - 1 - y : y;
                for (int x = 0; x < width; x++)
                {
                    int column = fromRight ? width - 1 - x : x;
                    to[(y * width) + x] = from[isTurned ? (column * height) + row : (row * width) + column];
                }
            }

            return upright;
        }
    }
}
