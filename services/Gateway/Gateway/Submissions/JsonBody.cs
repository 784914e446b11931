using System.Globalization;
using System.Text.Json;
using Limner.Gateway.Errors;

namespace Limner.Gateway.Submissions;

/// <summary>A request's body as JSON, or one sentence that says why it is none.</summary>
internal static class JsonBody
{
    public static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    public static T Read<T>(ReadOnlyMemory<byte> body, Func<JsonElement, T> read)
    {
        if (body.IsEmpty)
        {
            throw ApiException.Invalid(ErrorCode.InvalidJson, null, "The body is empty; it has to be a JSON object.");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(body, Strict);
            return read(document.RootElement);
        }
        catch (JsonException broken)
        {
            throw ApiException.Invalid(ErrorCode.InvalidJson, null, $"The body is not JSON: {Sentence(broken)}");
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, or bytes that are no UTF-8, inside a string.
            throw ApiException.Invalid(ErrorCode.InvalidJson, null, "The body is not JSON: a text in it is not valid Unicode.");
        }
    }

    // The parser counts from 0.
    private static string Sentence(JsonException broken) => broken.LineNumber is { } line && broken.BytePositionInLine is { } column
        ? string.Create(CultureInfo.InvariantCulture, $"{Reason(broken)} (line {line + 1}, byte {column + 1})") : broken.Message;

    /// <summary>What the parser says, without the position, which it writes with names of its own properties.</summary>
    public static string Reason(JsonException broken) => broken.Message.Split(" LineNumber:")[0];
}
