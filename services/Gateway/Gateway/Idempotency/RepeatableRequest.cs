using System.Security.Cryptography;
using Limner.Gateway.Errors;
using Limner.Gateway.Keys;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Idempotency;

/// <summary>A request with a key, which its sender may therefore send again.</summary>
internal sealed record RepeatableRequest(string Tenant, string Key, string Operation, byte[] BodyHash)
{
    public const string Header = "Idempotency-Key";

    private const int LongestKey = 255;

    /// <returns>Null if the request has no key.</returns>
    /// <exception cref="ApiException">The key has a form that no key has.</exception>
    public static RepeatableRequest? Read(HttpRequest request, Caller caller, ReadOnlySpan<byte> body) =>
        ReadHashed(request, caller, request.Headers.ContainsKey(Header) ? SHA256.HashData(body) : []);

    /// <summary>For a body that was too long to keep.</summary>
    public static RepeatableRequest? ReadHashed(HttpRequest request, Caller caller, byte[] bodyHash)
    {
        if (request.Headers[Header] is not { Count: > 0 } given)
        {
            return null;
        }

        string key = given.ToString();
        return key.Length is > 0 and <= LongestKey && key.All(letter => letter is > ' ' and <= '~')
            ? new RepeatableRequest(caller.Tenant, key, $"{request.Method} {request.Path}", bodyHash)
            : throw ApiException.Invalid(ErrorCode.InvalidValue, Header, $"{Header} has to be 1 to {LongestKey} visible ASCII characters.");
    }

    public IdempotencyKey ToKey(DateTimeOffset now) => new(Tenant, Key, Operation, BodyHash, now);

    /// <exception cref="ApiException">The key was given to something else.</exception>
    public void RefuseUnlessSame(IdempotencyKey known)
    {
        if (known.Operation != Operation || !known.BodyHash.AsSpan().SequenceEqual(BodyHash))
        {
            string other = known.Operation != Operation ? $"for '{known.Operation}'" : "with another body";
            throw new ApiException(StatusCodes.Status409Conflict, ErrorCode.IdempotencyConflict, $"The {Header} '{Key}' was used {other}; take a new key.", Header);
        }
    }
}
