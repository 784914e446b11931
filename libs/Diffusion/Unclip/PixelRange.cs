using System.Numerics;

namespace Limner.Diffusion.Unclip;

/// <summary>The range of pixels: networks use [-1, 1], pictures [0, 1].</summary>
internal static class PixelRange
{
    /// <summary>Clamps to [-1, 1].</summary>
    public static void Clamp(Span<float> pixels)
    {
        int i = 0;
        for (; i <= pixels.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Clamp(new Vector<float>(pixels[i..]), -Vector<float>.One, Vector<float>.One).CopyTo(pixels[i..]);
        }

        for (; i < pixels.Length; i++)
        {
            pixels[i] = Math.Clamp(pixels[i], -1, 1);
        }
    }

    /// <summary>[-1, 1] to [0, 1], clamped.</summary>
    public static void ToUnit(Span<float> pixels)
    {
        var half = new Vector<float>(0.5f);
        int i = 0;
        for (; i <= pixels.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Clamp((new Vector<float>(pixels[i..]) * half) + half, Vector<float>.Zero, Vector<float>.One).CopyTo(pixels[i..]);
        }

        for (; i < pixels.Length; i++)
        {
            pixels[i] = Math.Clamp((pixels[i] * 0.5f) + 0.5f, 0, 1);
        }
    }
}
