namespace Limner.Diffusion.Unclip;

/// <summary>The last stage's image to the picture that was asked for.</summary>
internal sealed class Finish(FloatBuffers buffers, Resizer resizer)
{
    public Picture ToPicture(Candidate candidate)
    {
        (ImageShape from, ImageShape target) = (candidate.Shape, new ImageShape(3, candidate.Target.Height, candidate.Target.Width));
        if (from != target)
        {
            // The image covers what was asked for: its middle is cut out.
            double scale = Math.Max((double)target.Width / from.Width, (double)target.Height / from.Height);
            var whole = new ImageShape(
                3, Math.Max(target.Height, (int)Math.Round(from.Height * scale)), Math.Max(target.Width, (int)Math.Round(from.Width * scale)));
            Resize(candidate, whole);
            if (whole != target)
            {
                Cut(candidate, target);
            }
        }

        candidate.PutKnown();
        PixelRange.ToUnit(candidate.Image);
        return new Picture(candidate.Shape, candidate.Image);
    }

    private void Resize(Candidate candidate, ImageShape to)
    {
        if (candidate.Shape == to)
        {
            return;
        }

        float[] resized = buffers.Rent(to.Length);
        resizer.Apply(candidate.Image, candidate.Shape, to, resized);
        candidate.Hold(resized, to, buffers);
    }

    private void Cut(Candidate candidate, ImageShape to)
    {
        (ImageShape from, float[] middle) = (candidate.Shape, buffers.Rent(to.Length));
        (int top, int left) = ((from.Height - to.Height) / 2, (from.Width - to.Width) / 2);
        for (int row = 0; row < 3 * to.Height; row++)
        {
            (int plane, int y) = Math.DivRem(row, to.Height);
            candidate.Image.AsSpan((((plane * from.Height) + top + y) * from.Width) + left, to.Width).CopyTo(middle.AsSpan(row * to.Width));
        }

        candidate.Hold(middle, to, buffers);
    }
}
