using System.Runtime.InteropServices;
using System.Text.Json;
using Limner.Gateway.Errors;
using Limner.Gateway.Submissions;

namespace Limner.Gateway.Batches;

/// <summary>One request of a batch: <c>{"custom_id", "method", "url", "body"}</c>.</summary>
/// <param name="CustomId">Its owner's name for it, unique in the file.</param>
/// <param name="Body">What would be the body of a request to the address.</param>
internal sealed record BatchLine(string CustomId, byte[] Body)
{
    /// <summary>What a line has around its body.</summary>
    public const int Around = 8 * 1024;

    private const int LongestCustomId = 512;

    /// <exception cref="ApiException">It is no such request.</exception>
    public static BatchLine Parse(JsonLine line, string endpoint, int longest)
    {
        if (line.IsTooLong)
        {
            throw ApiException.Invalid(ErrorCode.BodyTooLarge, null, $"The line is too long; it may have {longest} bytes.");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(line.Text, JsonBody.Strict);
            return Read(document.RootElement, endpoint);
        }
        catch (JsonException broken)
        {
            throw ApiException.Invalid(ErrorCode.InvalidJson, null, $"The line is not JSON: {JsonBody.Reason(broken)}");
        }
        catch (InvalidOperationException)
        {
            throw ApiException.Invalid(ErrorCode.InvalidJson, null, "The line is not JSON: a text in it is not valid Unicode.");
        }
    }

    private static BatchLine Read(JsonElement root, string endpoint)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw ApiException.Invalid(ErrorCode.InvalidType, null, "The line has to be a JSON object with custom_id, method, url and body.");
        }

        var fields = new JsonFields(root, "custom_id", "method", "url", "body");
        string id = fields.Text("custom_id", LongestCustomId) is { Length: > 0 } given ? given
            : throw ApiException.Invalid(ErrorCode.MissingParameter, "custom_id", "custom_id is missing; it names the line in the results.");
        if (fields.Text("method", 10) is var method && method != "POST")
        {
            throw ApiException.Invalid(method is null ? ErrorCode.MissingParameter : ErrorCode.InvalidValue, "method", $"method is {(method is null ? "missing" : $"'{method}'")}; it has to be POST.");
        }

        if (fields.Text("url", 200) is var url && url != endpoint)
        {
            throw ApiException.Invalid(
                url is null ? ErrorCode.MissingParameter : ErrorCode.InvalidValue, "url", $"url is {(url is null ? "missing" : $"'{url}'")}; it has to be the batch's endpoint, {endpoint}.");
        }

        return !root.TryGetProperty("body", out JsonElement body) ? throw ApiException.Invalid(ErrorCode.MissingParameter, "body", $"body is missing; it is what {endpoint} takes.")
            : body.ValueKind != JsonValueKind.Object ? throw ApiException.Invalid(ErrorCode.InvalidType, "body", "body has to be a JSON object.")
            : new BatchLine(id, Unscheduled(body));
    }

    // When it is drawn is the batch's to say, and a file is written at once.
    private static byte[] Unscheduled(JsonElement body)
    {
        if (body.TryGetProperty("deadline", out _))
        {
            throw ApiException.Invalid(ErrorCode.InvalidValue, "body.deadline", "deadline is given; in a batch the end of its window is the deadline, so leave it out.");
        }

        if (body.TryGetProperty("priority", out JsonElement priority) && !(priority.ValueKind == JsonValueKind.String && priority.ValueEquals("batch"u8)))
        {
            throw ApiException.Invalid(ErrorCode.InvalidValue, "body.priority", $"priority is {priority.GetRawText()}; in a batch it has to be batch, or left out.");
        }

        if (body.TryGetProperty("stream", out JsonElement stream) && stream.ValueKind is not (JsonValueKind.False or JsonValueKind.Null))
        {
            throw ApiException.Invalid(ErrorCode.InvalidValue, "body.stream", $"stream is {stream.GetRawText()}; in a batch it has to be false, or left out.");
        }

        return JsonMarshal.GetRawUtf8Value(body).ToArray();
    }
}
