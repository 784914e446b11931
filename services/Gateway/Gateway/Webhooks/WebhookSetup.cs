using Limner.Gateway.Keys;
using Limner.Gateway.Webhooks.Deliveries;
using Limner.Gateway.Webhooks.Endpoints;
using Limner.Gateway.Webhooks.Events;
using Limner.Gateway.Webhooks.Signing;
using Limner.ServiceDefaults.Configuration;
using Limner.ServiceDefaults.Outbound;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Webhooks;

internal static class WebhookSetup
{
    public static void AddWebhooks(this IServiceCollection services)
    {
        services.AddValidatedOptions<WebhookOptions>("Webhooks");
        services.AddOutboundHttp();
        services.AddSingleton<SecretBox>().AddSingleton<SigningSecrets>().AddSingleton<SecretReplies>().AddSingleton<AccountDirectory>().AddSingleton<JobCallbacks>();
        services.AddSingleton<ProgressFollower>().AddSingleton<EndpointDirectory>().AddSingleton<TestEvents>();
        services.AddSingleton<DeliverySignal>().AddSingleton<Lanes>().AddSingleton<DeliveryClaims>().AddSingleton<DeliverySender>().AddSingleton<DeliveryLedger>();
        services.AddSingleton<DeliveryPump>().AddSingleton<DeliveryDirectory>().AddSingleton<DeliverySweep>();
    }

    public static void MapWebhooks(this RouteGroupBuilder api)
    {
        RouteGroupBuilder webhooks = api.MapGroup("/webhooks");
        webhooks.MapPost("", EndpointRequests.CreateAsync).Needs(Scopes.Generate);
        webhooks.MapGet("", EndpointRequests.ListAsync).Needs(Scopes.Read);
        webhooks.MapGet("/{id}", EndpointRequests.GetAsync).Needs(Scopes.Read);
        webhooks.MapPatch("/{id}", EndpointRequests.ChangeAsync).Needs(Scopes.Generate);
        webhooks.MapDelete("/{id}", EndpointRequests.DeleteAsync).Needs(Scopes.Generate);
        webhooks.MapPost("/{id}/rotate", EndpointRequests.RotateAsync).Needs(Scopes.Generate);
        webhooks.MapPost("/{id}/test", EndpointRequests.TestAsync).Needs(Scopes.Generate);
        webhooks.MapGet("/signing_secret", AccountRequests.GetAsync).Needs(Scopes.Read);
        webhooks.MapPost("/signing_secret/rotate", AccountRequests.RotateAsync).Needs(Scopes.Generate);
        webhooks.MapGet("/deliveries", DeliveryRequests.ListAsync).Needs(Scopes.Read);
        webhooks.MapGet("/deliveries/{id}", DeliveryRequests.GetAsync).Needs(Scopes.Read);
        webhooks.MapPost("/deliveries/{id}/replay", DeliveryRequests.ReplayAsync).Needs(Scopes.Generate);
    }
}
