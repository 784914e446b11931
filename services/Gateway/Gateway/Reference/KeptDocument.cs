using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Limner.Gateway.Reference;

/// <summary>A document that is made at the first request and kept: anybody may ask for it, and making it anew for each would cost more than most work that needs a key.</summary>
internal sealed class KeptDocument(RequestDelegate make) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private (byte[] Bytes, string? Type, EntityTagHeaderValue Tag)? _made;

    public async Task HandleAsync(HttpContext http)
    {
        (byte[] bytes, string? type, EntityTagHeaderValue tag) = await FindAsync(http);
        await TypedResults.Bytes(bytes, type, entityTag: tag).ExecuteAsync(http);
    }

    public void Dispose() => _turn.Dispose();

    private async Task<(byte[] Bytes, string? Type, EntityTagHeaderValue Tag)> FindAsync(HttpContext http)
    {
        await _turn.WaitAsync(http.RequestAborted);
        try
        {
            return _made ??= await MakeAsync(http);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<(byte[] Bytes, string? Type, EntityTagHeaderValue Tag)> MakeAsync(HttpContext http)
    {
        Stream answer = http.Response.Body;
        using var written = new MemoryStream();
        http.Response.Body = written;
        try
        {
            await make(http);
        }
        finally
        {
            http.Response.Body = answer;
        }

        byte[] bytes = written.ToArray();
        return (bytes, http.Response.ContentType, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes)[..8])}\""));
    }
}
