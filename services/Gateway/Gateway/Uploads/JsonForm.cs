using System.Text.Json;
using Limner.Gateway.Errors;
using Limner.Gateway.Submissions;

namespace Limner.Gateway.Uploads;

/// <summary>Pictures inside a JSON body, as data URLs (RFC 2397): <c>image</c> or <c>images</c>, and <c>mask</c>. Nothing is fetched from anywhere.</summary>
internal static class JsonForm
{
    public static ImageForm Read(byte[] body) => JsonBody.Read(body, root =>
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return new ImageForm(body, []);
        }

        var files = new List<Upload>();
        using var rest = new MemoryStream();
        using (var json = new Utf8JsonWriter(rest))
        {
            json.WriteStartObject();
            foreach (JsonProperty field in root.EnumerateObject())
            {
                if (field.Name is "image" or "images" or "mask")
                {
                    AddFiles(field, files);
                }
                else
                {
                    field.WriteTo(json);
                }
            }

            json.WriteEndObject();
        }

        return new ImageForm(rest.ToArray(), files);
    });

    private static void AddFiles(JsonProperty field, List<Upload> files)
    {
        string name = field.Name == "mask" ? "mask" : "image";
        if (field.Value.ValueKind == JsonValueKind.Array)
        {
            files.AddRange(field.Value.EnumerateArray().Select(entry => new Upload(name, Decode(field.Name, entry))));
        }
        else if (field.Value.ValueKind != JsonValueKind.Null)
        {
            files.Add(new Upload(name, Decode(field.Name, field.Value)));
        }
    }

    private static byte[] Decode(string name, JsonElement value)
    {
        // OpenAI's form is an object, and its address may be a data URL; a bare one means the same.
        JsonElement address = value.ValueKind == JsonValueKind.Object && value.TryGetProperty("image_url", out JsonElement inner) ? inner : value;
        if (address.ValueKind != JsonValueKind.String)
        {
            throw ApiException.Invalid(ErrorCode.InvalidType, name, $"{name} has no picture; it has to be a data URL with base64, or {{\"image_url\": …}} with one.");
        }

        return DataUrl.Decode(address.GetString()!)
            ?? throw ApiException.Invalid(ErrorCode.InvalidValue, name, $"{name} is no data URL with base64, like data:image/png;base64,…; other addresses are not fetched.");
    }
}
