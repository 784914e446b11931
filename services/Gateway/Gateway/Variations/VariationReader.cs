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

namespace Limner.Gateway.Variations;

/// <summary>From the form of <c>POST /v1/images/variations</c> to a <see cref="Generation"/>, without I/O.</summary>
internal sealed class VariationReader(ModelCatalogue models, IOptions<UploadOptions> uploads)
{
    private static readonly string[] Common = ["model", "n", "size", "user", "strength", .. SubmissionReader.Extras];

    private static readonly string[] Everything = [.. Common, .. ModelFamilies.Own.Parameters.Except(["style"])];

    public Generation Read(ImageForm form, GatewayOptions limits, DateTimeOffset now) => JsonBody.Read(form.Fields, root =>
    {
        string? model = ModelOf(root);
        ModelFamily family = models.FamilyOf(model);
        JsonFields fields = FieldsOf(root, family, model);
        Submission submission = ImageParameters.ReadWithoutPrompt(fields, family, limits, now);
        Delivery delivery = ImageParameters.ReadDelivery(fields, family);
        var edit = new GivenEdit(EditOperation.Variation, [new GivenPart(GivenPicture.Of(ReadImage(form, family), "image"))]) { Strength = fields.Number("strength", 0, 1) };
        return new Generation(submission with { Edit = edit }, delivery);
    });

    /// <summary>The part that a request is answered by when it comes again, too: no worker is asked for the model.</summary>
    public static Delivery ReadDelivery(ImageForm form) => JsonBody.Read(form.Fields, root =>
    {
        string? model = ModelOf(root);
        ModelFamily family = ModelFamilies.Find(model) ?? ModelFamilies.Own;
        return ImageParameters.ReadDelivery(FieldsOf(root, family, model), family);
    });

    private static string? ModelOf(JsonElement root) => new JsonFields(root, Everything).Text("model", 100);

    private static JsonFields FieldsOf(JsonElement root, ModelFamily family, string? model) => family.Varies
        ? new(root, [.. Common, .. family.Parameters.Except(["style"])])
        : throw ApiException.Invalid(ErrorCode.InvalidValue, "model", $"model is '{model}', which makes no variations; take dall-e-2.");

    private Picture ReadImage(ImageForm form, ModelFamily family)
    {
        if (form.Files.FirstOrDefault(file => file.Field != "image") is { } other)
        {
            throw ApiException.Invalid(ErrorCode.UnknownParameter, other.Field, $"'{other.Field}' is not known; the file is image.");
        }

        Picture image = form.Files.Count switch
        {
            0 => throw ApiException.Invalid(ErrorCode.MissingParameter, "image", "image is missing; send the picture to vary."),
            1 => Picture.Of(form.Files[0], uploads.Value.MaxPixels),
            var count => throw ApiException.Invalid(ErrorCode.InvalidValue, "image", $"image is given {count} times; give it once."),
        };
        return family == ModelFamilies.DallE2 ? image.RequireSmallSquarePng("image") : image;
    }
}
