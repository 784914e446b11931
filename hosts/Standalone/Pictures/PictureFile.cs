using Limner.Diffusion.Editing;
using Limner.Diffusion.Unclip;
using Limner.Imaging;
using Limner.Imaging.Uploads;
using Limner.Standalone.Commands;

namespace Limner.Standalone.Pictures;

/// <summary>Pictures that a command begins from.</summary>
internal static class PictureFile
{
    private const int MostBytes = 64 << 20;
    private const long MostPixels = 4096 * 4096;

    public static SourceImage Read(string path) => ToSource(Decode(path));

    /// <summary>A picture and what of it stays: all that its mask, or the picture itself, does not leave transparent.</summary>
    public static KnownRegion Masked(string path, string? mask)
    {
        UploadedPicture picture = Decode(path);
        if (mask is null)
        {
            return picture.Alpha.Contains((byte)0)
                ? new(ToSource(picture), picture.Alpha)
                : throw Wrong($"No pixel of '{path}' is transparent, so there is nothing to draw; make a part of it transparent, or name a mask with --mask.");
        }

        UploadedPicture where = Decode(mask);
        if ((where.Image.Width, where.Image.Height) != (picture.Image.Width, picture.Image.Height))
        {
            throw Wrong($"The mask '{mask}' has {where.Image.Width}x{where.Image.Height} pixels; expected {picture.Image.Width}x{picture.Image.Height}, as '{path}' has.");
        }

        byte[] kept = where.Alpha.Any(alpha => alpha < byte.MaxValue)
            ? where.Alpha
            : [.. Enumerable.Range(0, where.Alpha.Length).Select(i => (byte)(where.Image.Pixels[3 * i] < 128 ? 1 : 0))];
        return kept.Contains((byte)0) ? new(ToSource(picture), kept) : throw Wrong($"The mask '{mask}' leaves nothing to draw: no pixel of it is transparent or white.");
    }

    /// <summary>A picture on a canvas that is larger by what the sides add (left, right, top, bottom), or as large and the picture smaller.</summary>
    public static KnownRegion OnCanvas(SourceImage image, float zoom, int[] sides)
    {
        if (zoom == 1 && sides.All(side => side <= 0))
        {
            throw Wrong("There is nothing to add: give --left, --right, --top or --bottom a number above 0, or --zoom.");
        }

        var place = PictureOnCanvas.Of(image.Width, image.Height, (sides[0], sides[2], sides[1], sides[3]), zoom);
        var canvas = new ImageSize(place.Width, place.Height);
        return canvas.ShortSide < BlendCheck.SmallestSide
            ? throw Wrong($"The canvas would have {canvas} pixels; expected at least {BlendCheck.SmallestSide} on each side.")
            : KnownRegion.Place(image.Resized(new(place.PictureWidth, place.PictureHeight)), canvas, place.Left, place.Top);
    }

    private static UploadedPicture Decode(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return file.Exists && file.Length > MostBytes
                ? throw Wrong($"The picture '{path}' has {file.Length} bytes; expected at most {MostBytes}.")
                : UploadedImage.Decode(File.ReadAllBytes(path), MostPixels);
        }
        catch (InvalidDataException problem)
        {
            throw new CommandException(ExitCode.Request, $"The picture '{path}' cannot be used: {problem.Message}", problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Request, $"The picture '{path}' cannot be read: {problem.Message}", problem);
        }
    }

    private static SourceImage ToSource(UploadedPicture picture) => new(picture.Image.Width, picture.Image.Height, picture.Image.Pixels);

    private static CommandException Wrong(string message) => new(ExitCode.Request, message);
}
