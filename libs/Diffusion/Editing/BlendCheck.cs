using Limner.Diffusion.Unclip;

namespace Limner.Diffusion.Editing;

/// <summary>What can be wrong with the parts of a blend.</summary>
public static class BlendCheck
{
    /// <summary>Parts at most.</summary>
    public const int MostParts = 4;

    /// <summary>Fewest pixels of a picture's side: with less there is nothing to see.</summary>
    public const int SmallestSide = 64;

    internal static void Check(EncodeRequest request, EncoderNetworks networks)
    {
        if (!(request.Strength is >= 0 and <= 1))
        {
            throw new RefusedRequestException(RequestProblem.Strength, $"The strength is {request.Strength}; expected a number from 0, which redraws nothing, to 1.");
        }

        if (request.Known is not null && networks.ImageEncoder is null)
        {
            throw new RefusedRequestException(RequestProblem.MissingPart, "This model cannot see pictures: it has no image_encoder/, which is needed to keep a part of one.");
        }

        IReadOnlyList<BlendPart> parts = request.Parts;
        if (request.Style is { } style && !(parts.Count > 0 && style.Weight >= 0 && float.IsFinite(style.Weight)))
        {
            throw new RefusedRequestException(RequestProblem.Parts, parts.Count == 0 ? "A style was given and nothing that it is to change." : $"The style's weight is {style.Weight}; expected a number of at least 0.");
        }

        if (parts.Count == 0)
        {
            return;
        }

        if (parts.Count > MostParts)
        {
            throw new RefusedRequestException(RequestProblem.Parts, $"{parts.Count} parts were given to mix; expected at most {MostParts}.");
        }

        foreach (BlendPart part in parts)
        {
            if (!(part.Weight >= 0 && float.IsFinite(part.Weight)))
            {
                throw new RefusedRequestException(RequestProblem.Parts, $"A part's weight is {part.Weight}; expected a number of at least 0.");
            }

            if (part.Image is { } image && Math.Min(image.Width, image.Height) < SmallestSide)
            {
                throw new RefusedRequestException(RequestProblem.Parts, $"A picture has {image.Width}x{image.Height} pixels; expected at least {SmallestSide} on each side.");
            }
        }

        if (parts.Sum(part => part.Weight) == 0)
        {
            throw new RefusedRequestException(RequestProblem.Parts, "All weights are 0; expected one above 0 at least.");
        }

        if (networks.ImageEncoder is null && parts.Any(part => part.Image is not null))
        {
            throw new RefusedRequestException(RequestProblem.MissingPart, "This model cannot see pictures: it has no image_encoder/, which variations and blends of pictures need.");
        }
    }
}
