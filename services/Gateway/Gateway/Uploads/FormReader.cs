using System.Text;
using Limner.Gateway.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Limner.Gateway.Uploads;

/// <summary>A <c>multipart/form-data</c> body (RFC 7578), part by part, with a limit to everything.</summary>
internal static class FormReader
{
    private const int MostParts = 64;
    private const int LongestText = 64 * 1024;
    private const int LongestBoundary = 70; // RFC 2046, 5.1.1

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static async Task<ImageForm> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        string boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(request.ContentType).Boundary).ToString();
        if (boundary.Length is 0 or > LongestBoundary)
        {
            throw Broken($"its boundary has {boundary.Length} characters; it has to have 1 to {LongestBoundary}");
        }

        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var files = new List<Upload>();
        try
        {
            var reader = new MultipartReader(boundary, request.Body) { HeadersCountLimit = 16, HeadersLengthLimit = 8 * 1024, BodyLengthLimit = null };
            for (int part = 0; await reader.ReadNextSectionAsync(cancellation) is { } section; part++)
            {
                if (part == MostParts)
                {
                    throw Broken($"it has more than {MostParts} parts");
                }

                await ReadPartAsync(section, texts, files, cancellation);
            }
        }
        catch (Exception cut) when (cut is InvalidDataException or DecoderFallbackException || (cut is IOException && cut is not BadHttpRequestException))
        {
            throw Broken(cut is DecoderFallbackException ? "a text in it is not UTF-8" : "it is cut short, or a part's head is too long");
        }

        return new ImageForm(FormFields.ToJson(texts), files);
    }

    private static async Task ReadPartAsync(MultipartSection section, Dictionary<string, string> texts, List<Upload> files, CancellationToken cancellation)
    {
        if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out ContentDispositionHeaderValue? head) || HeaderUtilities.RemoveQuotes(head.Name).ToString() is not { Length: > 0 } name)
        {
            throw Broken("a part has no name");
        }

        // Clients send a list as image[].
        string field = name.EndsWith("[]", StringComparison.Ordinal) ? name[..^2] : name;
        if (head.IsFileDisposition() || field is "image" or "mask")
        {
            files.Add(new Upload(field, await ReadBytesAsync(section.Body, int.MaxValue, cancellation)));
        }
        else if (!texts.TryAdd(name, Strict.GetString(await ReadBytesAsync(section.Body, LongestText, cancellation))))
        {
            throw Broken($"it has the field '{name}' twice");
        }
    }

    // The whole body has a limit, which the server holds; this is for texts alone.
    private static async Task<byte[]> ReadBytesAsync(Stream part, int most, CancellationToken cancellation)
    {
        using var bytes = new MemoryStream();
        byte[] buffer = new byte[16 * 1024];
        for (int read; (read = await part.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (bytes.Length + read > most)
            {
                throw Broken($"a text in it has more than {most} bytes");
            }

            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }

    private static ApiException Broken(string why) => ApiException.Invalid(ErrorCode.InvalidForm, null, $"The form cannot be read: {why}.");
}
