using System.Text.Json;
using Limner.Gateway.Errors;

namespace Limner.Gateway.Submissions;

/// <summary>A request's body as JSON, or one sentence that says why it is none.</summary>
internal static class JsonBody
{
    public static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    public static T Read<T>(ReadOnlyMemory<byte> body, Func<JsonElement, T> read)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body, Strict);
            return read(document.RootElement);
        }
        catch (JsonException broken)
        {
            throw ApiException.Invalid(ErrorCode.InvalidJson, null, $"The body is not JSON: {broken.Message}");
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, or bytes that are no UTF-8, inside a string.
            throw ApiException.Invalid(ErrorCode.InvalidJson, null, "The body is not JSON: a text in it is not valid Unicode.");
        }
    }
}
