using Limner.Gateway.Errors;
using Limner.Gateway.Families;
using Limner.Gateway.Submissions;
using Limner.Imaging;

namespace Limner.Gateway.Generations;

/// <summary>The parameters that generations, edits and variations have in common.</summary>
internal static class ImageParameters
{
    private const int LongestUser = 512;
    private const int FewSteps = 10, ManySteps = 50;

    public static Submission ReadSubmission(JsonFields fields, ModelFamily family, GatewayOptions limits, DateTimeOffset now)
    {
        string prompt = fields.Prompt(family.LongestPrompt);
        return ReadWithoutPrompt(fields, family, limits, now) with { Prompt = prompt };
    }

    public static Submission ReadWithoutPrompt(JsonFields fields, ModelFamily family, GatewayOptions limits, DateTimeOffset now)
    {
        int count = fields.Whole("n", 1, family.MostImages) ?? 1;
        Submission submission = SubmissionReader.ReadExtras(fields, limits, now) with { Count = count, Size = ReadSize(fields.Text("size", 20), family, limits.Offered()) };
        return submission with
        {
            Steps = submission.Steps ?? StepsOf(fields.Choice("quality", family.Qualities)),
            Metadata = fields.Text("user", LongestUser) is { } user ? new Dictionary<string, string>(submission.Metadata) { ["user"] = user } : submission.Metadata,
        };
    }

    public static Delivery ReadDelivery(JsonFields fields, ModelFamily family)
    {
        ImageFormat format = fields.Choice("output_format", ["png", "jpeg", "webp"]) switch { "jpeg" => ImageFormat.Jpeg, "webp" => ImageFormat.Webp, _ => ImageFormat.Png };
        int compression = fields.Whole("output_compression", 0, 100) ?? 100;
        if (format == ImageFormat.Png && compression < 100)
        {
            throw ApiException.Invalid(ErrorCode.InvalidValue, "output_compression", $"output_compression is {compression}; a PNG is not compressed with loss, so it has to be 100 unless output_format is jpeg or webp.");
        }

        if (fields.Choice("background", ["transparent", "opaque", "auto"]) == "transparent")
        {
            throw ApiException.Invalid(ErrorCode.InvalidValue, "background", "background is transparent, which this service cannot make; it has to be opaque or auto.");
        }

        // Neither changes anything here: there is one policy, and the model has no styles to choose between.
        fields.Choice("moderation", ["low", "auto"]);
        fields.Choice("style", ["vivid", "natural"]);
        bool streams = ReadStream(fields, family);
        return new Delivery
        {
            Format = format,
            Quality = compression,
            Streams = streams,
            PartialImages = fields.Whole("partial_images", 0, 3) ?? 0,
            AsUrl = ReadAsUrl(fields, family, streams),
            QualityName = fields.Choice("quality", family.Qualities) is null or "auto" ? "medium" : fields.Choice("quality", family.Qualities)!,
            RepeatsPrompt = family.RepeatsPrompts,
        };
    }

    private static bool ReadStream(JsonFields fields, ModelFamily family)
    {
        bool streams = fields.Flag("stream") ?? false;
        if (streams && !family.Streams)
        {
            throw ApiException.Invalid(ErrorCode.InvalidValue, "stream", $"stream is true; {family.Name} does not stream, so it has to be false.");
        }

        if (!streams && fields.Whole("partial_images", 0, 3) > 0)
        {
            throw ApiException.Invalid(ErrorCode.InvalidValue, "partial_images", "partial_images is above 0; it has to be 0 unless stream is true.");
        }

        return streams;
    }

    private static bool ReadAsUrl(JsonFields fields, ModelFamily family, bool streams)
    {
        bool? asked = fields.Choice("response_format", ["url", "b64_json"]) switch { null => null, var form => form == "url" };
        return asked == true && streams
            ? throw ApiException.Invalid(ErrorCode.InvalidValue, "response_format", "response_format is url; a stream carries the pictures themselves, so it has to be b64_json.")
            : asked ?? !(streams || family.AnswersInBase64 || fields.Names.Any(ModelFamilies.IsParameterOfGpt));
    }

    private static ImageSize? ReadSize(string? text, ModelFamily family, OfferedSizes offered)
    {
        if (text is null || (text == "auto" && family.Sizes.TakesAuto))
        {
            return null;
        }

        return ImageSize.Parse(text) is { } size && family.Sizes.Takes(size.Width, size.Height) ? SubmissionReader.ReadSize(text, offered)
            : throw ApiException.Invalid(ErrorCode.InvalidValue, "size", $"size is '{text}'; {family.Name} has {family.Sizes.Description}.");
    }

    // What quality means here: another number of steps than the model's own. Who gives steps has decided already.
    private static int? StepsOf(string? quality) => quality switch { "low" => FewSteps, "high" or "hd" => ManySteps, _ => null };
}
