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

    public static GivenFile Read(string path) => ReadWhole(path).File;

    /// <summary>A picture as a part of a blend.</summary>
    public static GivenFile ReadPart(string path)
    {
        byte[] bytes = Bytes(path);
        RgbImage image = Decode(path, () => UploadedImage.DecodeCovering(bytes, MostPixels, BlendPart.ShorterSide));
        return new(new SourceImage(image.Width, image.Height, image.Pixels), bytes);
    }

    /// <summary>A picture and what of it stays: all that its mask, or the picture itself, does not leave transparent.</summary>
    public static (GivenFile File, byte[] Kept) Masked(string path, string? mask)
    {
        (GivenFile picture, UploadedPicture decoded) = ReadWhole(path);
        if (mask is null)
        {
            return decoded.HasHole
                ? (picture, decoded.Opaque())
                : throw Wrong($"No pixel of '{path}' is transparent, so there is nothing to draw; make a part of it transparent, or name a mask with --mask.");
        }

        byte[] file = Bytes(mask);
        UploadedPicture where = Decode(mask, () => UploadedImage.Decode(file, MostPixels));
        if ((where.Image.Width, where.Image.Height) != (picture.Image.Width, picture.Image.Height))
        {
            throw Wrong($"The mask '{mask}' has {where.Image.Width}x{where.Image.Height} pixels; expected {picture.Image.Width}x{picture.Image.Height}, as '{path}' has.");
        }

        byte[] kept = where.HasHole
            ? where.Opaque()
            : [.. Enumerable.Range(0, where.Alpha.Length).Select(i => (byte)(where.Image.Pixels[3 * i] < 128 ? 1 : 0))];
        return kept.Contains((byte)0) ? (picture, kept) : throw Wrong($"The mask '{mask}' leaves nothing to draw: no pixel of it is transparent or white.");
    }

    /// <summary>How a PNG says that it was drawn.</summary>
    public static PictureRecipe ReadRecipe(string path)
    {
        (GivenFile file, _) = ReadWhole(path);
        IReadOnlyList<PngText> texts = Texts(file.Bytes);
        return PictureRecipe.IsOfOthers(texts) ? throw Wrong($"The picture '{path}' was made of others, which it does not hold; run the command that made it with another --seed.")
            : PictureRecipe.Read(texts, new ImageSize(file.Image.Width, file.Image.Height))
            ?? throw Wrong($"The picture '{path}' does not say what it was drawn from; expected a PNG as Limner wrote it, with its prompt and seed. 'limner vary' draws pictures like any.");
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

    private static (GivenFile File, UploadedPicture Decoded) ReadWhole(string path)
    {
        byte[] bytes = Bytes(path);
        UploadedPicture picture = Decode(path, () => UploadedImage.Decode(bytes, MostPixels));
        return (new GivenFile(new SourceImage(picture.Image.Width, picture.Image.Height, picture.Image.Pixels), bytes), picture);
    }

    private static T Decode<T>(string path, Func<T> decode)
    {
        try
        {
            return decode();
        }
        catch (InvalidDataException problem)
        {
            throw new CommandException(ExitCode.Request, $"The picture '{path}' cannot be used: {problem.Message}", problem);
        }
    }

    private static IReadOnlyList<PngText> Texts(byte[] file)
    {
        try
        {
            return PngTextChunks.Read(file);
        }
        catch (InvalidDataException)
        {
            return []; // a JPEG, or a PNG whose texts somebody damaged
        }
    }

    private static byte[] Bytes(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return file.Exists && file.Length > MostBytes
                ? throw Wrong($"The picture '{path}' has {file.Length} bytes; expected at most {MostBytes}.")
                : File.ReadAllBytes(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException(ExitCode.Request, $"The picture '{path}' cannot be read: {problem.Message}", problem);
        }
    }

    private static CommandException Wrong(string message) => new(ExitCode.Request, message);
}
