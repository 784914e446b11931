using Limner.Contracts.Edits;
using Limner.Contracts.Jobs;
using Limner.Diffusion.Editing;
using Limner.Diffusion.Unclip;
using Limner.Imaging;
using Limner.Imaging.Uploads;

namespace Limner.Requests;

/// <summary>From what a message asks for to what the engine is asked: the same in every stage, so that each works at its part of one whole.</summary>
public static class EngineRequest
{
    /// <summary>How much of a picture variations draw anew.</summary>
    public const float VariationStrength = 0.5f;

    /// <summary>How much of a picture is drawn anew where its prompt was changed.</summary>
    public const float RevisionStrength = 0.7f;

    /// <summary>Whether nothing has to be encoded for it, since a picture is only enlarged.</summary>
    public static bool OnlyEnlarges(GenerationRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Edit?.Operation == EditOperation.Upscale;
    }

    /// <summary>Makes the engine's request, with the pictures it is made of.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="pictures">Where its pictures are.</param>
    /// <param name="cancellation">Stops fetching.</param>
    /// <exception cref="LostPictureException">A picture is not there any more.</exception>
    public static async Task<UnclipRequest> OfAsync(GenerationRequest request, GivenPictures pictures, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(pictures);
        var asked = new UnclipRequest
        {
            Prompt = request.Prompt,
            NegativePrompt = request.NegativePrompt,
            Candidates = request.Candidates,
            Seed = request.Seed,
            Size = new ImageSize(request.Width, request.Height),
            DecoderSteps = request.Steps,
            Guidance = request.Guidance,
            Adapter = request.Adapter,
            Style = request.Edit?.Style is { } style ? new StyleShift(style.Towards, style.From, style.Weight) : null,
        };
        return request.Edit is not { } edit ? asked
            : edit.Composition is { } kept ? await OfAsync(asked with { Seed = kept.Seed, DecoderSeed = request.Seed, Composition = kept.Candidate }, kept.Operation, edit, pictures, cancellation)
            : await OfAsync(asked, edit.Operation, edit, pictures, cancellation);
    }

    private static async Task<UnclipRequest> OfAsync(UnclipRequest asked, EditOperation? operation, EditRequest edit, GivenPictures pictures, CancellationToken cancellation) =>
        operation switch
        {
            null => asked,
            EditOperation.Variation => asked with { Parts = await PartsAsync(edit, pictures, cancellation), Strength = edit.Strength ?? VariationStrength },
            EditOperation.Revision => asked with { Parts = await PartsAsync(edit, pictures, cancellation), Strength = edit.Strength ?? RevisionStrength },
            EditOperation.Inpainting => asked with { Known = await KnownAsync(edit, pictures, cancellation) },
            EditOperation.Outpainting => asked with { Known = await ExtendedAsync(edit, pictures, cancellation) },
            EditOperation.Blend => asked with { Parts = await PartsAsync(edit, pictures, cancellation), Strength = edit.Strength ?? 0 },
            EditOperation.Upscale => asked with { Upscale = ToSource((await pictures.ReadAsync(edit.Parts[0].Key!, cancellation)).Image) },
            _ => throw new RefusedRequestException(RequestProblem.MissingPart, $"This worker does not know the operation {operation}."),
        };

    private static async Task<BlendPart[]> PartsAsync(EditRequest edit, GivenPictures pictures, CancellationToken cancellation)
    {
        var parts = new List<BlendPart>();
        foreach (EditPart part in edit.Parts)
        {
            parts.Add(part.Key is { } key
                ? BlendPart.Of(await pictures.ReadPartAsync(key, cancellation), part.Weight)
                : BlendPart.Of(part.Prompt!, part.Weight));
        }

        return [.. parts];
    }

    // What is transparent, of the mask or else of the picture itself, is drawn anew.
    private static async Task<KnownRegion> KnownAsync(EditRequest edit, GivenPictures pictures, CancellationToken cancellation)
    {
        UploadedPicture picture = await pictures.ReadAsync(edit.Parts[0].Key!, cancellation);
        UploadedPicture mask = edit.MaskKey is { } key ? await pictures.ReadAsync(key, cancellation) : picture;
        return new(ToSource(picture.Image), mask.Opaque());
    }

    private static async Task<KnownRegion> ExtendedAsync(EditRequest edit, GivenPictures pictures, CancellationToken cancellation)
    {
        SourceImage picture = ToSource((await pictures.ReadAsync(edit.Parts[0].Key!, cancellation)).Image);
        Margins added = edit.Margins ?? new(0, 0, 0, 0);
        var place = PictureOnCanvas.Of(picture.Width, picture.Height, (added.Left, added.Top, added.Right, added.Bottom), edit.Zoom ?? 1);
        return KnownRegion.Place(picture.Resized(new(place.PictureWidth, place.PictureHeight)), new(place.Width, place.Height), place.Left, place.Top);
    }

    private static SourceImage ToSource(RgbImage image) => new(image.Width, image.Height, image.Pixels);
}
