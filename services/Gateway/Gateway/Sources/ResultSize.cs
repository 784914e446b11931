using Limner.Contracts.Edits;
using Limner.Gateway.Errors;
using Limner.Gateway.Submissions;
using Limner.Imaging;

namespace Limner.Gateway.Sources;

/// <summary>How large a picture becomes that is gone on with: it keeps its shape.</summary>
internal static class ResultSize
{
    /// <summary>What the engine makes at least of a canvas.</summary>
    private const int Least = 64;

    /// <param name="given">What is made of it.</param>
    /// <param name="picture">The picture's own size.</param>
    /// <param name="usual">What is drawn where nothing says a size.</param>
    /// <param name="offered">What can be drawn.</param>
    /// <param name="mostPixels">Width times height of a canvas.</param>
    /// <exception cref="ApiException">It cannot be drawn, or another shape was asked for.</exception>
    public static ImageSize Of(GivenEdit given, ImageSize picture, ImageSize usual, OfferedSizes offered, long mostPixels)
    {
        bool isExtended = given.Operation == EditOperation.Outpainting;
        ImageSize canvas = isExtended ? CanvasOf(given, picture, mostPixels) : picture;
        return given.Size == canvas ? canvas
            : given.Size is { } asked ? RequireShape(SubmissionReader.RequireOffered(asked, offered), canvas, isExtended ? "the picture with its margins" : "image")
            : !isExtended && canvas.Width == canvas.Height ? usual
            : offered.CanBeDrawn(canvas) ? canvas
            : throw ApiException.Invalid(ErrorCode.InvalidValue, isExtended ? "margins" : "image", TooLarge(isExtended, canvas, offered));
    }

    private static ImageSize CanvasOf(GivenEdit given, ImageSize picture, long mostPixels)
    {
        Margins added = given.Margins ?? new Margins(0, 0, 0, 0);
        var place = PictureOnCanvas.Of(picture.Width, picture.Height, (added.Left, added.Top, added.Right, added.Bottom), given.Zoom ?? 1);
        var canvas = new ImageSize(place.Width, place.Height);
        return canvas.ShortSide < Least ? throw Wrong($"the canvas would have {canvas} pixels; it has to have {Least} on each side at least.")
            : canvas.Pixels > mostPixels ? throw Wrong($"the canvas would have {canvas} pixels; it may have {mostPixels} in all.")
            : !place.ShowsPicture ? throw Wrong($"nothing of the picture of {picture} would lie on the canvas of {canvas}; cut off less of it.")
            : place.HasGap ? canvas
            : throw Wrong("the picture covers all of the canvas, which leaves nothing to draw; add more, or cut off less.");

        static ApiException Wrong(string what) => ApiException.Invalid(ErrorCode.InvalidValue, "margins", $"With these margins {what}");
    }

    private static ImageSize RequireShape(ImageSize asked, ImageSize canvas, string what) => asked.HasShapeOf(canvas) ? asked
        : throw ApiException.Invalid(ErrorCode.InvalidValue, "size", $"size is {asked}, but {what} has {canvas}; size has to have the same shape, or be left out.");

    private static string TooLarge(bool isExtended, ImageSize canvas, OfferedSizes offered) =>
        $"{(isExtended ? "With these margins the canvas would have" : "image has")} {canvas} pixels; without a size of its shape, it may have {offered.Most} on a side and be {OfferedSizes.LongestShape} times as long as short.";
}
