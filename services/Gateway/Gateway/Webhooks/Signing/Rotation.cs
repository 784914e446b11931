using Limner.Gateway.Submissions;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Webhooks.Signing;

/// <summary>What a request to replace a secret says: how long the old one signs on; a body that is empty leaves it to the server.</summary>
internal static class Rotation
{
    private const string Field = "overlap_seconds";
    private const int MostSeconds = 7 * 24 * 3600;
    private const int MostBytes = 1024;

    public static async Task<byte[]> ReadAsync(HttpRequest request, CancellationToken cancellation) =>
        request.ContentLength is null or 0 && !request.Headers.ContainsKey("Transfer-Encoding") ? [] : await RequestBody.ReadAsync(request, MostBytes, cancellation);

    public static TimeSpan OverlapOf(byte[] body, TimeSpan usual) =>
        body.Length > 0 && JsonBody.Read(body, root => new JsonFields(root, Field).Whole(Field, 0, MostSeconds)) is { } seconds ? TimeSpan.FromSeconds(seconds) : usual;
}
