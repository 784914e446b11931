using Limner.Contracts.Edits;
using Limner.Gateway.Errors;
using Limner.Gateway.Submissions;

namespace Limner.Gateway.Sources;

/// <summary>The fields of a job that is made of pictures.</summary>
internal static class EditFields
{
    public static readonly string[] Names = ["operation", "image", "mask", "parts", "strength", "style", "margins", "zoom"];

    private const int MostParts = 4;
    private const int MostAdded = 2048;
    private const float LeastZoom = 1.1f, MostZoom = 8;
    private const int LongestPrompt = 2000;
    private const int MostStyle = 2;

    private static readonly string[] Operations = ["variation", "inpainting", "outpainting", "blend", "upscale", "reroll"];

    private static readonly string[] Sides = ["left", "top", "right", "bottom"];

    /// <exception cref="ApiException">A field is missing, is none of its operation's, or is out of its bounds.</exception>
    public static Submission Read(JsonFields fields, Submission submission, long mostPixels)
    {
        submission = submission with { Strength = fields.Number("strength", 0, 1) };
        if (fields.Choice("operation", Operations) is not { } name)
        {
            RefuseOthers(fields, submission.Parent is null ? [] : ["strength"], "operation, which is missing, does not say what to do with it");
            return submission;
        }

        if (submission.Parent is not null)
        {
            throw ApiException.Invalid(ErrorCode.InvalidValue, "parent", $"operation is {name}, and a parent is changed by what the prompt says; leave one of both out.");
        }

        EditOperation operation = Enum.Parse<EditOperation>(name, ignoreCase: true);
        RefuseOthers(fields, FieldsOf(operation), $"operation is {name}, which has none");
        RefuseGiven(fields, KeptBy(operation), operation == EditOperation.Reroll ? "a reroll draws as its image was drawn" : $"operation is {name}, which has none");
        IReadOnlyList<GivenPart> parts = operation == EditOperation.Blend ? ReadParts(fields, mostPixels) : [new GivenPart(ReadPicture(fields, "image", mostPixels))];
        float? zoom = fields.Number("zoom", LeastZoom, MostZoom);
        Margins? margins = operation == EditOperation.Outpainting ? ReadMargins(fields, zoom) : null;
        return submission with
        {
            Edit = new GivenEdit(operation, parts)
            {
                Mask = operation == EditOperation.Inpainting && fields.PictureText("mask") is { } mask ? GivenPicture.Of("mask", mask, mostPixels) : null,
                Strength = submission.Strength,
                Style = ReadStyle(fields),
                Margins = margins,
                Zoom = zoom,
            },
        };
    }

    private static string[] FieldsOf(EditOperation operation) => operation switch
    {
        EditOperation.Variation => ["image", "strength", "style"],
        EditOperation.Inpainting => ["image", "mask"],
        EditOperation.Outpainting => ["image", "margins", "zoom"],
        EditOperation.Blend => ["parts", "strength", "style"],
        _ => ["image"],
    };

    // What other jobs have, and the operation nothing to do with or no choice of.
    private static string[] KeptBy(EditOperation operation) => operation switch
    {
        EditOperation.Upscale => ["negative_prompt", "steps", "guidance", "adapter", "rewrite"],
        EditOperation.Reroll => ["prompt", "negative_prompt", "size", "steps", "guidance", "adapter", "rewrite"],
        _ => [],
    };

    private static void RefuseOthers(JsonFields fields, string[] known, string why) => RefuseGiven(fields, [.. Names.Except(known).Except(["operation"])], why);

    private static void RefuseGiven(JsonFields fields, string[] refused, string why)
    {
        if (fields.Names.FirstOrDefault(refused.Contains) is { } other)
        {
            throw ApiException.Invalid(ErrorCode.InvalidValue, other, $"{other} is given; {why}.");
        }
    }

    private static GivenPicture ReadPicture(JsonFields fields, string name, long mostPixels) =>
        fields.PictureText(name) is { } text ? GivenPicture.Of(name, text, mostPixels)
        : throw ApiException.Invalid(ErrorCode.MissingParameter, name, $"{name} is missing; give the picture: the id of a file or an image, or a data URL.");

    private static GivenPart[] ReadParts(JsonFields fields, long mostPixels)
    {
        GivenPart[] parts = [.. fields.Objects("parts", MostParts, "image", "prompt", "weight").Select(part => ReadPart(part, mostPixels))];
        return parts.Length < 2 ? throw ApiException.Invalid(ErrorCode.InvalidValue, "parts", $"parts has {parts.Length} entries; a blend has 2 to {MostParts}.")
            : parts.Sum(part => part.Weight) > 0 ? parts
            : throw ApiException.Invalid(ErrorCode.InvalidValue, "parts", "The weights of parts are all 0; one has to be above.");
    }

    private static GivenPart ReadPart(JsonFields part, long mostPixels)
    {
        (string? image, string? prompt) = (part.PictureText("image"), part.Text("prompt", LongestPrompt));
        return (image is null) == string.IsNullOrWhiteSpace(prompt)
            ? throw ApiException.Invalid(ErrorCode.InvalidValue, "parts", "An entry of parts has to have either image or prompt.")
            : new GivenPart(image is null ? null : GivenPicture.Of("parts", image, mostPixels), prompt, part.Number("weight", 0, 1000) ?? 1);
    }

    private static EditStyle? ReadStyle(JsonFields fields) => fields.Object("style", "towards", "from", "weight") is not { } style ? null
        : style.Text("towards", LongestPrompt) is { } towards && style.Text("from", LongestPrompt) is { } from && !string.IsNullOrWhiteSpace(towards)
            ? new EditStyle(towards, from, style.Number("weight", 0, MostStyle) ?? 1)
            : throw ApiException.Invalid(ErrorCode.InvalidValue, "style", "style has to have two prompts: towards, which says what the picture is to be like, and from, which says the same without that.");

    private static Margins? ReadMargins(JsonFields fields, float? zoom)
    {
        if (fields.Object("margins", Sides) is not { } given)
        {
            return zoom is not null ? null
                : throw ApiException.Invalid(ErrorCode.MissingParameter, "margins", "margins is missing; say how many pixels to add at left, top, right or bottom, or give zoom.");
        }

        int[] added = [.. Sides.Select(side => given.Whole(side, -MostAdded, MostAdded) ?? 0)];
        return zoom is not null || added.Any(side => side > 0) ? new Margins(added[0], added[1], added[2], added[3])
            : throw ApiException.Invalid(ErrorCode.InvalidValue, "margins", "margins adds nothing; give left, top, right or bottom a number above 0, or give zoom.");
    }
}
