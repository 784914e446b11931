using Limner.Gateway.Idempotency;
using Limner.Gateway.Keys;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Webhooks.Signing;

/// <summary><c>/v1/webhooks/signing_secret</c></summary>
internal static class AccountRequests
{
    public static async Task<Ok<AccountView>> GetAsync(Caller caller, AccountDirectory accounts, CancellationToken cancellation) =>
        TypedResults.Ok(await accounts.ViewAsync(caller.Tenant, cancellation));

    public static async Task<FirstReply> RotateAsync(
        Caller caller, HttpRequest request, AccountDirectory accounts, SecretReplies replies, IOptions<WebhookOptions> options, CancellationToken cancellation)
    {
        byte[] body = await Rotation.ReadAsync(request, cancellation);
        TimeSpan overlap = Rotation.OverlapOf(body, options.Value.RotationOverlap);
        await accounts.EnsureAsync(caller.Tenant, cancellation);
        return await replies.AnswerAsync(
            RepeatableRequest.Read(request, caller, body), StatusCodes.Status200OK,
            context => accounts.RotateAsync(context, caller.Tenant, overlap, cancellation), view => view with { Secret = null }, cancellation);
    }
}
