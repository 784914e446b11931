using Limner.Gateway.Errors;
using Limner.Gateway.Keys;
using Limner.Gateway.Reference;
using Limner.Gateway.Webhooks.Deliveries;
using Limner.Gateway.Webhooks.Endpoints;
using Limner.Gateway.Webhooks.Events;
using Limner.Gateway.Webhooks.Signing;
using Limner.ServiceDefaults.Configuration;
using Limner.ServiceDefaults.Outbound;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
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
        services.AddSingleton<DeliverySignal>().AddSingleton<Lanes>().AddSingleton<DueLanes>().AddSingleton<DeliveryClaims>().AddSingleton<DeliverySender>().AddSingleton<DeliveryLedger>();
        services.AddSingleton<DeliveryPump>().AddSingleton<DeliveryDirectory>().AddSingleton<DeliverySweep>().AddSingleton<DeliveryGauge>();
    }

    public static void MapWebhooks(this RouteGroupBuilder api)
    {
        RouteGroupBuilder webhooks = api.MapGroup("/webhooks");
        webhooks.MapPost("", EndpointRequests.CreateAsync).Needs(Scopes.Generate).Named("createWebhook", "Makes a webhook; its secret is in this answer and in none after it")
            .Takes<EndpointBody>().IsRepeatable().Produces<EndpointView>(StatusCodes.Status201Created)
            .Fails(StatusCodes.Status403Forbidden, ErrorCode.WebhooksNotConfigured).Fails(StatusCodes.Status409Conflict, ErrorCode.WebhookLimitReached);
        webhooks.MapGet("", EndpointRequests.ListAsync).Needs(Scopes.Read).Named("listWebhooks", "Lists all webhooks, oldest first");
        webhooks.MapGet("/{id}", EndpointRequests.GetAsync).Needs(Scopes.Read).Named("getWebhook", "Shows a webhook").Finds(ErrorCode.WebhookNotFound);
        webhooks.MapPatch("/{id}", EndpointRequests.ChangeAsync).Needs(Scopes.Generate).Named("changeWebhook", "Changes a webhook's address, events or whether it is enabled")
            .Takes<EndpointChangeBody>().Finds(ErrorCode.WebhookNotFound);
        webhooks.MapDelete("/{id}", EndpointRequests.DeleteAsync).Needs(Scopes.Generate).Named("deleteWebhook", "Removes a webhook").Finds(ErrorCode.WebhookNotFound);
        webhooks.MapPost("/{id}/rotate", EndpointRequests.RotateAsync).Needs(Scopes.Generate).Named("rotateWebhookSecret", "Replaces a webhook's secret; both sign for a while")
            .MayTake<RotationBody>().IsRepeatable().Produces<EndpointView>().Finds(ErrorCode.WebhookNotFound).Fails(StatusCodes.Status403Forbidden, ErrorCode.WebhooksNotConfigured);
        webhooks.MapPost("/{id}/test", EndpointRequests.TestAsync).Needs(Scopes.Generate).Named("testWebhook", "Sends the event webhook.test, once")
            .Finds(ErrorCode.WebhookNotFound).Fails(StatusCodes.Status409Conflict, ErrorCode.WebhookDisabled);
        webhooks.MapGet("/signing_secret", AccountRequests.GetAsync).Needs(Scopes.Read).Named("getSigningSecret", "Shows when the secret of single jobs' callbacks was made");
        webhooks.MapPost("/signing_secret/rotate", AccountRequests.RotateAsync).Needs(Scopes.Generate).Named("rotateSigningSecret", "Makes or replaces the secret that signs single jobs' callbacks")
            .MayTake<RotationBody>().IsRepeatable().Produces<AccountView>().Fails(StatusCodes.Status403Forbidden, ErrorCode.WebhooksNotConfigured);
        webhooks.MapGet("/deliveries", DeliveryRequests.ListAsync).Needs(Scopes.Read).Named("listDeliveries", "Lists what was sent and how it went, newest first").Filters<DeliveryQuery>();
        webhooks.MapGet("/deliveries/{id}", DeliveryRequests.GetAsync).Needs(Scopes.Read).Named("getDelivery", "Shows a delivery with its body").Finds(ErrorCode.DeliveryNotFound);
        webhooks.MapPost("/deliveries/{id}/replay", DeliveryRequests.ReplayAsync).Needs(Scopes.Generate).Named("replayDelivery", "Sends a delivery again, with the same id and body")
            .Finds(ErrorCode.DeliveryNotFound).Fails(StatusCodes.Status409Conflict, ErrorCode.WebhookDisabled);
    }
}
