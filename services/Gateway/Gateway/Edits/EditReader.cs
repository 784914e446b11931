using Limner.Gateway.Catalogue;
using Limner.Gateway.Errors;
using Limner.Gateway.Families;
using Limner.Gateway.Generations;
using Limner.Gateway.Submissions;
using Limner.Gateway.Uploads;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Edits;

/// <summary>From the form of <c>POST /v1/images/edits</c> to an <see cref="Edit"/>, without I/O.</summary>
internal sealed class EditReader(ModelCatalogue models, IOptions<UploadOptions> uploads)
{
    private static readonly string[] Common = ["model", "prompt", "n", "size", "quality", "user", "stream", "partial_images", .. SubmissionReader.Extras];

    private static readonly string[] Everything = [.. Common, "input_fidelity", .. ModelFamilies.Own.Parameters];

    public Edit Read(ImageForm form, GatewayOptions limits, DateTimeOffset now) => JsonBody.Read(form.Fields, root =>
    {
        string? model = new JsonFields(root, Everything).Text("model", 100);
        ModelFamily family = models.FamilyOf(model);
        EditRule rule = family.Edits ?? throw ApiException.Invalid(ErrorCode.InvalidValue, "model", $"model is '{model}', which does not edit; take dall-e-2 or one of the GPT image family.");
        var fields = new JsonFields(root, [.. Common, .. family.Parameters.Except(["style"]), .. family == ModelFamilies.DallE2 ? Array.Empty<string>() : ["input_fidelity"]]);
        Submission submission = ImageParameters.ReadSubmission(fields, family, limits, now);
        Delivery delivery = ImageParameters.ReadDelivery(fields, family);
        bool close = fields.Choice("input_fidelity", ["high", "low"]) == "high";
        Picture[] images = ReadImages(form, rule);
        return new Edit(submission, delivery, images, ReadMask(form, images[0]), close);
    });

    private Picture[] ReadImages(ImageForm form, EditRule rule)
    {
        Upload[] files = [.. form.Files.Where(file => file.Field == "image")];
        if (form.Files.FirstOrDefault(file => file.Field is not ("image" or "mask")) is { } other)
        {
            throw ApiException.Invalid(ErrorCode.UnknownParameter, other.Field, $"'{other.Field}' is not known; files are image and mask.");
        }

        return files.Length == 0 ? throw ApiException.Invalid(ErrorCode.MissingParameter, "image", "image is missing; send the picture to edit.")
            : files.Length > rule.MostImages ? throw ApiException.Invalid(ErrorCode.InvalidValue, "image", $"image is given {files.Length} times; there may be {rule.MostImages}.")
            : [.. files.Select(file => Picture.Of(file, uploads.Value.MaxPixels)).Select(picture => rule.OnlySquarePng ? picture.RequireSmallSquarePng("image") : picture)];
    }

    private Picture? ReadMask(ImageForm form, Picture first)
    {
        Upload[] files = [.. form.Files.Where(file => file.Field == "mask")];
        if (files.Length == 0)
        {
            return null;
        }

        Picture mask = files.Length == 1 ? Picture.Of(files[0], uploads.Value.MaxPixels).RequireSmallPng("mask")
            : throw ApiException.Invalid(ErrorCode.InvalidValue, "mask", $"mask is given {files.Length} times; give it once.");
        return !mask.Header.HasAlpha ? throw ApiException.Invalid(ErrorCode.InvalidImage, "mask", "mask has nothing transparent; its transparent parts say what is to be drawn anew.")
            : (mask.Header.Width, mask.Header.Height) == (first.Header.Width, first.Header.Height) ? mask
            : throw ApiException.Invalid(ErrorCode.InvalidImage, "mask", $"mask has {mask.Header.Width}x{mask.Header.Height} pixels; it has to have the image's {first.Header.Width}x{first.Header.Height}.");
    }
}
