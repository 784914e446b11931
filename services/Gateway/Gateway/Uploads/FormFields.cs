using System.Text.Json;
using System.Text.RegularExpressions;

namespace Limner.Gateway.Uploads;

/// <summary>The texts of a form as the JSON that they would be in a JSON body, so that both are read by the same rules.</summary>
internal static partial class FormFields
{
    private static readonly string[] Numbers = ["n", "output_compression", "partial_images", "seed", "steps", "guidance", "strength"];

    public static byte[] ToJson(IReadOnlyDictionary<string, string> texts)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach ((string name, string text) in texts)
            {
                json.WritePropertyName(name);
                if ((Numbers.Contains(name) && Number().IsMatch(text)) || (name == "stream" && text is "true" or "false"))
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

    [GeneratedRegex("^-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,30})?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
