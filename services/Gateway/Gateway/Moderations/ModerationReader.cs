using System.Globalization;
using System.Text.Json;
using Limner.Gateway.Errors;
using Limner.Gateway.Submissions;

namespace Limner.Gateway.Moderations;

/// <summary>From the body of <c>POST /v1/moderations</c> to the texts in it.</summary>
internal static class ModerationReader
{
    private const int MostTexts = 32;
    private const int LongestText = 4000;

    /// <summary>All texts at their longest, each UTF-16 unit escaped as JSON has it, and some room around them.</summary>
    public const int MostBytes = (MostTexts * LongestText * 6) + 4096;

    /// <summary>OpenAI's models; whatever the name, our policy judges.</summary>
    private static readonly string[] Models = ["omni-moderation-latest", "omni-moderation-2024-09-26", "text-moderation-latest", "text-moderation-stable"];

    public static IReadOnlyList<string> Read(ReadOnlyMemory<byte> body) => JsonBody.Read(body, root =>
    {
        new JsonFields(root, "input", "model").Choice("model", Models);
        return !root.TryGetProperty("input", out JsonElement input) || input.ValueKind == JsonValueKind.Null
            ? throw ApiException.Invalid(ErrorCode.MissingParameter, "input", "input is missing; give a text or a list of texts.")
            : input.ValueKind == JsonValueKind.String ? [Check(input.GetString()!)]
            : input.ValueKind == JsonValueKind.Array ? ReadList(input)
            : throw ApiException.Invalid(ErrorCode.InvalidType, "input", "input has to be a text or a list of texts.");
    });

    // Parts of one input are judged together, as OpenAI does it: what is forbidden may stand across them.
    private static string[] ReadList(JsonElement list)
    {
        int count = list.GetArrayLength();
        if (count is 0 or > MostTexts)
        {
            throw ApiException.Invalid(ErrorCode.InvalidValue, "input", string.Create(CultureInfo.InvariantCulture, $"input has {count} entries; it has to have 1 to {MostTexts}."));
        }

        bool parts = list[0].ValueKind == JsonValueKind.Object;
        string[] texts = [.. list.EnumerateArray().Select(entry => parts ? ReadPart(entry) : ReadText(entry))];
        return parts ? [Check(string.Join('\n', texts))] : texts;
    }

    private static string ReadText(JsonElement entry) => entry.ValueKind == JsonValueKind.String ? Check(entry.GetString()!)
        : throw ApiException.Invalid(ErrorCode.InvalidType, "input", "input has something other than a text in its list; all of it has to be texts, or all of it parts.");

    private static string ReadPart(JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("type", out JsonElement type) || type.ValueKind != JsonValueKind.String)
        {
            throw ApiException.Invalid(ErrorCode.InvalidType, "input", "input has a part without a type; each has to be {\"type\": \"text\", \"text\": …}.");
        }

        if (type.GetString() == "image_url")
        {
            throw ApiException.Invalid(ErrorCode.OperationNotSupported, "input", "input has a picture; this address judges texts alone, pictures are judged when they are drawn.");
        }

        return type.GetString() == "text" && entry.TryGetProperty("text", out JsonElement text) && text.ValueKind == JsonValueKind.String ? Check(text.GetString()!)
            : throw ApiException.Invalid(ErrorCode.InvalidValue, "input", "input has a part that is no text; each has to be {\"type\": \"text\", \"text\": …}.");
    }

    private static string Check(string text) => text.Length <= LongestText ? text
        : throw ApiException.Invalid(ErrorCode.InvalidValue, "input", string.Create(CultureInfo.InvariantCulture, $"input has a text of {text.Length} characters; each may have {LongestText}."));
}
