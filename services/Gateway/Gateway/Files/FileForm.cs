using System.Text;
using Limner.Gateway.Errors;
using Limner.Gateway.Submissions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Limner.Gateway.Files;

/// <summary>The form of an upload (RFC 7578): <c>purpose</c>, and <c>file</c>, which goes to the store as it arrives.</summary>
/// <param name="Name">What the sender calls the file.</param>
/// <param name="Purpose">What it is for.</param>
internal sealed record FileForm(string Name, FilePurpose Purpose)
{
    /// <summary>What a form has besides its file.</summary>
    public const int Around = 64 * 1024;

    private const int LongestName = 255;
    private const int LongestText = 100;
    private const int LongestBoundary = 70; // RFC 2046, 5.1.1
    private const string Purposes = "batch or vision";

    public static async Task<FileForm> ReadAsync(HttpRequest request, FileWriter file, int most, CancellationToken cancellation)
    {
        MultipartReader reader = Open(request, most);
        FilePurpose? purpose = null;
        string? name = null;
        try
        {
            while (await reader.ReadNextSectionAsync(cancellation) is { } section)
            {
                (string field, string? given) = Head(section);
                switch (field)
                {
                    case "purpose" when purpose is null:
                        purpose = await ReadPurposeAsync(section.Body, cancellation);
                        break;
                    case "file" when name is null:
                        name = Clean(given);
                        await CopyAsync(section.Body, file, most, cancellation);
                        break;
                    case "purpose" or "file":
                        throw Broken($"it has '{field}' twice");
                    default:
                        throw ApiException.Invalid(ErrorCode.UnknownParameter, field, $"'{field}' is not known; there are file and purpose.");
                }
            }
        }
        catch (BadHttpRequestException tooLong) when (tooLong.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw RequestBody.TooLong(most);
        }
        catch (Exception cut) when (cut is InvalidDataException || (cut is IOException && cut is not BadHttpRequestException))
        {
            throw Broken("it is cut short, or a part's head is too long");
        }

        return purpose is null ? throw ApiException.Invalid(ErrorCode.MissingParameter, "purpose", $"purpose is missing; it has to be {Purposes}.")
            : name is null ? throw ApiException.Invalid(ErrorCode.MissingParameter, "file", "file is missing; send the file as a part of the form with this name.")
            : file.Length == 0 ? throw ApiException.Invalid(ErrorCode.InvalidValue, "file", "file is empty; it has to have one JSON request on each line, or a picture.")
            : new FileForm(name, purpose.Value);
    }

    private static MultipartReader Open(HttpRequest request, int most)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            throw new ApiException(StatusCodes.Status415UnsupportedMediaType, ErrorCode.UnsupportedMediaType, $"The body is '{request.ContentType}'; it has to be multipart/form-data.");
        }

        if (request.ContentLength > most + Around)
        {
            throw RequestBody.TooLong(most);
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = most + Around;
        }

        string boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        return boundary.Length is > 0 and <= LongestBoundary
            ? new MultipartReader(boundary, request.Body) { HeadersCountLimit = 16, HeadersLengthLimit = 8 * 1024, BodyLengthLimit = null }
            : throw Broken($"its boundary has {boundary.Length} characters; it has to have 1 to {LongestBoundary}");
    }

    private static (string Field, string? FileName) Head(MultipartSection section) =>
        ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out ContentDispositionHeaderValue? head) && HeaderUtilities.RemoveQuotes(head.Name).ToString() is { Length: > 0 } field
            ? (field, (head.FileNameStar.HasValue ? head.FileNameStar : HeaderUtilities.RemoveQuotes(head.FileName)).ToString())
            : throw Broken("a part has no name");

    // Only shown, never used as a path; and shown in a header too.
    private static string Clean(string? given)
    {
        string last = (given ?? "")[((given ?? "").LastIndexOfAny(['/', '\\']) + 1)..];
        // Cut between characters: PostgreSQL takes no half of one.
        string name = string.Concat(last.EnumerateRunes().Where(letter => !Rune.IsControl(letter)).Take(LongestName));
        return name.Trim() is { Length: > 0 } kept and not ("." or "..") ? kept : "file.jsonl";
    }

    private static async Task CopyAsync(Stream part, FileWriter file, int most, CancellationToken cancellation)
    {
        byte[] buffer = new byte[64 * 1024];
        for (int read; (read = await part.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (file.Length + read > most)
            {
                throw RequestBody.TooLong(most);
            }

            await file.WriteAsync(buffer.AsMemory(0, read), cancellation);
        }
    }

    private static async Task<FilePurpose> ReadPurposeAsync(Stream part, CancellationToken cancellation)
    {
        byte[] buffer = new byte[LongestText];
        string purpose = Encoding.UTF8.GetString(buffer, 0, await part.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation));
        return purpose switch
        {
            "batch" => FilePurpose.Batch,
            "vision" => FilePurpose.Vision,
            _ => throw ApiException.Invalid(ErrorCode.InvalidValue, "purpose", $"purpose is '{purpose}'; it has to be {Purposes}."),
        };
    }

    private static ApiException Broken(string why) => ApiException.Invalid(ErrorCode.InvalidForm, null, $"The form cannot be read: {why}.");
}
