using System.Security.Cryptography;
using Limner.Gateway.Idempotency;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Waiting;

/// <summary>A request whose answer has the pictures in it.</summary>
/// <param name="Caller">Who asks.</param>
/// <param name="Key">The idempotency key that he gave, or null.</param>
/// <param name="Implied">What it is found by if he gave none and the limit was reached before its job ended.</param>
/// <param name="Draft">Reads it and makes its job; not before it is known to be new, since what was accepted once is answered again.</param>
internal sealed record SynchronousRequest(Caller Caller, RepeatableRequest? Key, RepeatableRequest Implied, Func<Task<Job>> Draft)
{
    public static SynchronousRequest Of(HttpRequest http, Caller caller, byte[] body, Func<Task<Job>> draft)
    {
        byte[] hash = SHA256.HashData(body);
        // A space stands in no key that a caller can give.
        var implied = new RepeatableRequest(caller.Tenant, $"unfinished {http.Path} {Convert.ToHexStringLower(hash)}", $"{http.Method} {http.Path}", hash);
        return new SynchronousRequest(caller, RepeatableRequest.Read(http, caller, body), implied, draft);
    }
}
