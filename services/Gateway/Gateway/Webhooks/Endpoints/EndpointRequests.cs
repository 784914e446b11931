using Limner.Gateway.Errors;
using Limner.Gateway.Idempotency;
using Limner.Gateway.Keys;
using Limner.Gateway.Submissions;
using Limner.Gateway.Webhooks.Deliveries;
using Limner.Gateway.Webhooks.Signing;
using Limner.ServiceDefaults.Outbound;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Webhooks.Endpoints;

/// <summary><c>/v1/webhooks</c></summary>
internal static class EndpointRequests
{
    public static async Task<FirstReply> CreateAsync(
        Caller caller, HttpRequest request, EndpointDirectory directory, AccountDirectory accounts, SecretReplies replies, AddressPolicy policy,
        IOptions<GatewayOptions> options, CancellationToken cancellation)
    {
        byte[] body = await RequestBody.ReadAsync(request, options.Value.MaxBodyBytes, cancellation);
        EndpointSettings asked = EndpointSettings.Read(body, policy);
        await accounts.EnsureAsync(caller.Tenant, cancellation);
        return await replies.AnswerAsync(
            RepeatableRequest.Read(request, caller, body), StatusCodes.Status201Created,
            context => directory.CreateAsync(context, caller.Tenant, asked, cancellation), WithoutSecret, cancellation);
    }

    public static async Task<Ok<EndpointList>> ListAsync(Caller caller, EndpointDirectory directory, CancellationToken cancellation) =>
        TypedResults.Ok(new EndpointList(await directory.ListAsync(caller.Tenant, cancellation)));

    public static async Task<Ok<EndpointView>> GetAsync(string id, Caller caller, EndpointDirectory directory, CancellationToken cancellation) =>
        TypedResults.Ok(await directory.GetAsync(caller.Tenant, id, cancellation));

    public static async Task<Ok<EndpointView>> ChangeAsync(
        string id, Caller caller, HttpRequest request, EndpointDirectory directory, AddressPolicy policy, IOptions<GatewayOptions> options, CancellationToken cancellation)
    {
        EndpointSettings asked = EndpointSettings.Read(await RequestBody.ReadAsync(request, options.Value.MaxBodyBytes, cancellation), policy);
        return asked == new EndpointSettings(null, null, null)
            ? throw ApiException.Invalid(ErrorCode.MissingParameter, null, "Nothing is to be changed; give url, events or enabled.")
            : TypedResults.Ok(await directory.ChangeAsync(caller.Tenant, id, asked, cancellation));
    }

    public static async Task<NoContent> DeleteAsync(string id, Caller caller, EndpointDirectory directory, CancellationToken cancellation)
    {
        await directory.DeleteAsync(caller.Tenant, id, cancellation);
        return TypedResults.NoContent();
    }

    public static async Task<FirstReply> RotateAsync(
        string id, Caller caller, HttpRequest request, EndpointDirectory directory, SecretReplies replies, IOptions<WebhookOptions> options, CancellationToken cancellation)
    {
        byte[] body = await Rotation.ReadAsync(request, cancellation);
        TimeSpan overlap = Rotation.OverlapOf(body, options.Value.RotationOverlap);
        return await replies.AnswerAsync(
            RepeatableRequest.Read(request, caller, body), StatusCodes.Status200OK,
            context => directory.RotateAsync(context, caller.Tenant, id, overlap, cancellation), WithoutSecret, cancellation);
    }

    public static async Task<Accepted<DeliveryView>> TestAsync(string id, Caller caller, TestEvents tests, CancellationToken cancellation)
    {
        DeliveryView sent = await tests.SendAsync(caller.Tenant, id, cancellation);
        return TypedResults.Accepted($"/v1/webhooks/deliveries/{sent.Id}", sent);
    }

    private static EndpointView WithoutSecret(EndpointView view) => view with { Secret = null };
}
