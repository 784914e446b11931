using System.Text.Json;
using System.Text.RegularExpressions;

namespace Limner.Gateway.Uploads;

/// <summary>The texts of a form as the JSON that they would be in a JSON body, so that both are read by the same rules.</summary>
internal static partial class FormFields
{
    private static readonly string[] Numbers = ["n", "output_compression", "partial_images", "seed", "steps", "guidance", "strength"];

    private static readonly string[] Flags = ["stream", "rewrite"];

    public static byte[] ToJson(IReadOnlyDictionary<string, string> texts)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach ((string name, string text) in texts)
            {
                json.WritePropertyName(name);
                if ((Numbers.Contains(name) && Number().IsMatch(text)) || (Flags.Contains(name) && text is "true" or "false") || (name == "metadata" && IsObject(text)))
                {
                    json.WriteRawValue(text);
                }
                else
                {
                    json.WriteStringValue(text);
                }
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    // What is none is a text, of which the reader then says what it has to be.
    private static bool IsObject(string text)
    {
        try
        {
            using var parsed = JsonDocument.Parse(text);
            return parsed.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    [GeneratedRegex("^-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,30})?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
