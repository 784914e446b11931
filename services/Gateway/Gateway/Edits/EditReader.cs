using System.Text.Json;
using Limner.Contracts.Edits;
using Limner.Gateway.Catalogue;
using Limner.Gateway.Errors;
using Limner.Gateway.Families;
using Limner.Gateway.Generations;
using Limner.Gateway.Sources;
using Limner.Gateway.Submissions;
using Limner.Gateway.Uploads;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Edits;

/// <summary>From the form of <c>POST /v1/images/edits</c> to a <see cref="Generation"/>, without I/O.</summary>
internal sealed class EditReader(ModelCatalogue models, IOptions<UploadOptions> uploads)
{
    private static readonly string[] Common = ["model", "prompt", "n", "size", "quality", "user", "stream", "partial_images", "strength", .. SubmissionReader.Extras];

    private static readonly string[] Everything = [.. Common, "input_fidelity", .. ModelFamilies.Own.Parameters.Except(["style"])];

    /// <summary>How much is drawn anew where the pictures are to be kept closely, and no strength says otherwise.</summary>
    private const float Close = 0.4f;

    public Generation Read(ImageForm form, GatewayOptions limits, DateTimeOffset now) => JsonBody.Read(form.Fields, root =>
    {
        string? model = ModelOf(root);
        ModelFamily family = models.FamilyOf(model);
        EditRule rule = RuleOf(family, model);
        JsonFields fields = FieldsOf(root, family);
        Submission submission = ImageParameters.ReadSubmission(fields, family, limits, now);
        bool close = fields.Choice("input_fidelity", ["high", "low"]) == "high";
        float? strength = fields.Number("strength", 0, 1) ?? (close ? Close : null);
        Picture[] images = ReadImages(form, rule);
        return new Generation(submission with { Edit = EditOf(images, ReadMask(form, images[0]), submission.Prompt, strength) }, ReadDelivery(fields, family));
    });

    /// <summary>The part that a request is answered by when it comes again, too: no worker is asked for the model.</summary>
    public static Delivery ReadDelivery(ImageForm form) => JsonBody.Read(form.Fields, root =>
    {
        string? model = ModelOf(root);
        ModelFamily family = ModelFamilies.Find(model) ?? ModelFamilies.Own;
        RuleOf(family, model);
        return ReadDelivery(FieldsOf(root, family), family);
    });

    private static Delivery ReadDelivery(JsonFields fields, ModelFamily family) => ImageParameters.ReadDelivery(fields, family) with { EventName = "image_edit" };

    private static string? ModelOf(JsonElement root) => new JsonFields(root, Everything).Text("model", 100);

    private static EditRule RuleOf(ModelFamily family, string? model) =>
        family.Edits ?? throw ApiException.Invalid(ErrorCode.InvalidValue, "model", $"model is '{model}', which does not edit; take dall-e-2 or one of the GPT image family.");

    private static JsonFields FieldsOf(JsonElement root, ModelFamily family) =>
        new(root, [.. Common, .. family.Parameters.Except(["style"]), .. family == ModelFamilies.DallE2 ? Array.Empty<string>() : ["input_fidelity"]]);

    // What is transparent, of the mask or else of the picture, is drawn anew; without such a part it is the whole picture that changes, and several are blended with the prompt.
    private static GivenEdit EditOf(Picture[] images, Picture? mask, string prompt, float? strength)
    {
        GivenPart[] parts = [.. images.Select(image => new GivenPart(GivenPicture.Of(image, "image")))];
        return images.Length > 1 ? new GivenEdit(EditOperation.Blend, [.. parts, new GivenPart(null, prompt, parts.Length)]) { Strength = strength }
            : mask is null && !images[0].HasHole ? new GivenEdit(EditOperation.Revision, parts) { Strength = strength }
            : new GivenEdit(EditOperation.Inpainting, parts) { Mask = mask is null ? null : GivenPicture.Of(mask, "mask"), Strength = strength };
    }

    private Picture[] ReadImages(ImageForm form, EditRule rule)
    {
        Upload[] files = [.. form.Files.Where(file => file.Field == "image")];
        if (form.Files.FirstOrDefault(file => file.Field is not ("image" or "mask")) is { } other)
        {
            throw ApiException.Invalid(ErrorCode.UnknownParameter, other.Field, $"'{other.Field}' is not known; files are image and mask.");
        }

        return files.Length == 0 ? throw ApiException.Invalid(ErrorCode.MissingParameter, "image", "image is missing; send the picture to edit.")
            : files.Length > rule.MostImages ? throw ApiException.Invalid(ErrorCode.InvalidValue, "image", $"image is given {files.Length} times; there may be {rule.MostImages}.")
            : files.Length > 1 && form.Files.Any(file => file.Field == "mask") ? throw ApiException.Invalid(ErrorCode.InvalidValue, "mask", "mask is given with several images; it can lie on one alone.")
            : [.. files.Select(file => Picture.Of(file, uploads.Value.MaxPixels)).Select(picture => rule.OnlySquarePng ? picture.RequireSmallSquarePng("image") : picture)];
    }

    private Picture? ReadMask(ImageForm form, Picture first)
    {
        Upload[] files = [.. form.Files.Where(file => file.Field == "mask")];
        return files.Length switch
        {
            0 => null,
            1 => Picture.Of(files[0], uploads.Value.MaxPixels).RequireMaskOf(first, "mask"),
            var count => throw ApiException.Invalid(ErrorCode.InvalidValue, "mask", $"mask is given {count} times; give it once."),
        };
    }
}
