using System.Buffers;
using System.Text.Json;
using Limner.Gateway.Jobs;

namespace Limner.Gateway.Generations;

/// <summary>Parts that every answer with pictures has, in OpenAI's names.</summary>
internal static class ImageJson
{
    private const int PartLength = 48 * 1024;

    /// <summary>Pixels of a side of what counts as one token of an image.</summary>
    private const int PatchSide = 32;

    /// <summary>Writes a file in base64 as it is read: no picture is in memory whole, however many an answer has.</summary>
    public static async Task WriteFileAsync(this Utf8JsonWriter json, Stream file, CancellationToken cancellation)
    {
        json.WritePropertyName("b64_json");
        byte[] part = ArrayPool<byte>.Shared.Rent(PartLength);
        try
        {
            for (int read; (read = await file.ReadAsync(part, cancellation)) > 0;)
            {
                json.WriteBase64StringSegment(part.AsSpan(0, read), isFinalSegment: false);
                await json.FlushAsync(cancellation);
            }

            json.WriteBase64StringSegment([], isFinalSegment: true);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(part);
        }
    }

    /// <summary>What was asked for, said again.</summary>
    public static void WriteForm(this Utf8JsonWriter json, Job job, Delivery delivery)
    {
        json.WriteString("size", $"{job.Width}x{job.Height}");
        json.WriteString("quality", delivery.QualityName);
        json.WriteString("background", "opaque");
        json.WriteString("output_format", delivery.FormatName);
    }

    /// <summary>Tokens of the prompt, as the text encoder counted them, and of the pictures: one for each patch of 32 by 32 pixels.</summary>
    public static void WriteUsage(this Utf8JsonWriter json, Job job, IReadOnlyCollection<Candidate> pictures)
    {
        int input = pictures.Max(picture => picture.PromptTokens);
        int output = pictures.Sum(picture => Patches(picture.Image!.Width) * Patches(picture.Image.Height));
        json.WriteStartObject("usage");
        json.WriteNumber("input_tokens", input);
        WriteDetails(json, "input_tokens_details", input, 0);
        json.WriteNumber("output_tokens", output);
        WriteDetails(json, "output_tokens_details", 0, output);
        json.WriteNumber("total_tokens", input + output);
        json.WriteEndObject();
    }

    private static int Patches(int side) => (side + PatchSide - 1) / PatchSide;

    private static void WriteDetails(Utf8JsonWriter json, string name, int text, int image)
    {
        json.WriteStartObject(name);
        json.WriteNumber("text_tokens", text);
        json.WriteNumber("image_tokens", image);
        json.WriteEndObject();
    }
}
