using System.Globalization;
using Limner.Gateway.Errors;
using Limner.Gateway.Jobs;
using Limner.Gateway.Submissions;

namespace Limner.Gateway.Sources;

/// <summary>How large an upscale becomes: as it was asked for, or four times as large as its picture as far as that goes, and always of the picture's shape.</summary>
internal static class EnlargedSize
{
    private const int Times = 4;
    private const int SmallestSide = 64;

    /// <summary>Steps assumed of super-resolution, which is all that such a job does; Karlo's.</summary>
    private const int AssumedSteps = 7;

    /// <param name="job">The job.</param>
    /// <param name="picture">The picture's own size.</param>
    /// <param name="asked">The size that was asked for; null for none.</param>
    /// <param name="longest">Pixels of a side at most.</param>
    /// <exception cref="ApiException">There is nothing to enlarge, or the size that was asked for is none of an enlargement.</exception>
    public static Job Apply(Job job, ImageSize picture, ImageSize? asked, int longest)
    {
        if (picture.ShortSide < SmallestSide)
        {
            throw ApiException.Invalid(ErrorCode.InvalidValue, "image", $"image has {picture} pixels; it has to have {SmallestSide} on each side to be enlarged.");
        }

        if (asked is { } size && !(size.Width > picture.Width && size.HasShapeOf(picture)))
        {
            throw ApiException.Invalid(ErrorCode.InvalidValue, "size", $"size is {size} and image has {picture} pixels; an upscale has to be larger and of the same shape.");
        }

        ImageSize target = asked ?? Largest(picture, longest);
        return job with { Width = target.Width, Height = target.Height, Work = AssumedSteps * target.Pixels * job.Count };
    }

    private static ImageSize Largest(ImageSize picture, int longest)
    {
        double scale = Math.Min(Times, (double)longest / picture.LongSide);
        return scale > 1 ? new ImageSize((int)Math.Round(picture.Width * scale), (int)Math.Round(picture.Height * scale))
            : throw ApiException.Invalid(ErrorCode.InvalidValue, "image", string.Create(CultureInfo.InvariantCulture, $"image has {picture} pixels; an upscale has at most {longest} on a side, so there is nothing to enlarge."));
    }
}
