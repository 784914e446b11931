using Limner.Gateway.Keys;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Limner.Gateway.Webhooks.Deliveries;

/// <summary><c>/v1/webhooks/deliveries</c></summary>
internal static class DeliveryRequests
{
    public static async Task<Ok<DeliveryPage>> ListAsync(Caller caller, HttpRequest request, DeliveryDirectory directory, CancellationToken cancellation) =>
        TypedResults.Ok(await directory.ListAsync(caller.Tenant, DeliveryFilter.Parse(request.Query), cancellation));

    public static async Task<Ok<DeliveryView>> GetAsync(string id, Caller caller, DeliveryDirectory directory, CancellationToken cancellation) =>
        TypedResults.Ok(await directory.GetAsync(caller.Tenant, id, cancellation));

    public static async Task<Accepted<DeliveryView>> ReplayAsync(string id, Caller caller, DeliveryDirectory directory, CancellationToken cancellation)
    {
        DeliveryView sent = await directory.ReplayAsync(caller.Tenant, id, cancellation);
        return TypedResults.Accepted($"/v1/webhooks/deliveries/{sent.Id}", sent);
    }
}
