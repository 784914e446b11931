using System.Data.Common;
using Limner.Contracts.Moderation;
using Limner.Gateway.Background;
using Limner.Gateway.Batches;
using Limner.Gateway.Cancellation;
using Limner.Gateway.Connections;
using Limner.Gateway.Database;
using Limner.Gateway.Deadlines;
using Limner.Gateway.Dispatch;
using Limner.Gateway.Errors;
using Limner.Gateway.EventStreams;
using Limner.Gateway.Generations;
using Limner.Gateway.Idempotency;
using Limner.Gateway.Images;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Limner.Gateway.Limits;
using Limner.Gateway.Projection;
using Limner.Gateway.Queue;
using Limner.Gateway.Reference;
using Limner.Gateway.Retention;
using Limner.Gateway.Revisions;
using Limner.Gateway.Sources;
using Limner.Gateway.Submissions;
using Limner.Gateway.Telemetry;
using Limner.Gateway.Usage;
using Limner.Gateway.Views;
using Limner.Gateway.Webhooks;
using Limner.ObjectStorage;
using Limner.ServiceDefaults.Configuration;
using Limner.ServiceDefaults.Health;
using Limner.ServiceDefaults.Messaging;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway;

/// <summary>Composes the Gateway service.</summary>
public static class GatewayRegistration
{
    /// <summary>Adds the Gateway; the service defaults and the bus are the host's to add.</summary>
    public static IServiceCollection AddGateway(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<GatewayOptions>("Gateway");
        services.AddValidatedOptions<DispatchOptions>("Dispatch");
        services.AddValidatedOptions<RetentionOptions>("Retention");
        services.AddValidatedOptions<Allowance>("Limits");
        services.AddObjectStorage(configuration);
        services.AddGatewayDatabase(configuration);
        services.AddSingleton<Preparation>().AddHostedService(provider => provider.GetRequiredService<Preparation>());

        services.AddSingleton<GatewayMetrics>();
        services.AddSingleton<JobSignals>().AddSingleton<JobLedger>().AddSingleton<JobCancellation>().AddSingleton<Projector>();
        services.AddSingleton<KnownRequests>().AddSingleton<JobAcceptance>().AddSingleton<Admission>().AddSingleton<QueueGauge>().AddSingleton<StorageProbe>();
        services.AddValidatedOptions<ConversationOptions>("Conversation");
        services.AddSingleton<ChatEndpoint>().AddSingleton<Reviser>().AddSingleton<SourceLimit>().AddSingleton<SourceFiles>().AddSingleton<JobDrafts>().AddSingleton<SubmitJob>();
        services.AddSingleton<EventFeed>().AddSingleton<OpenStreams>().AddSingleton<UsageReport>();
        services.AddImagesApi();
        services.AddSingleton<DispatchSignal>().AddSingleton<WorkerPool>().AddSingleton<Publisher>().AddSingleton<Dispatcher>().AddSingleton<SilentJobs>();
        services.AddSingleton<DeadlineSweep>().AddSingleton<RetentionSweep>().AddSingleton<FileSweep>().AddSingleton<OrphanSweep>().AddSingleton<UsageSweep>();
        services.AddWebhooks();
        services.AddBatches();
        services.AddReference();
        services.AddRoutines();

        services.AddSingleton<ErrorMiddleware>().AddSingleton<IStartupFilter, ErrorMiddleware.First>();
        services.AddKeyAuthentication();
        services.AddConnectionLimits();
        services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));

        services.AddTransientFault(DatabaseFaults.IsUnavailable);
        services.AddDependency("database", (provider, cancellation) => provider.GetRequiredService<Migrator>().IsCurrentAsync(cancellation));
        return services;
    }

    /// <summary>Adds the consumers of what the other services report.</summary>
    public static void AddGatewayConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<StageEventsConsumer, StageEventsConsumerDefinition>();
        bus.AddConsumer<StageFaultsConsumer, StageFaultsConsumerDefinition>();
        bus.AddConsumer<UnrecordedReportsConsumer, UnrecordedReportsConsumerDefinition>();
        bus.AddDeadLetterConsumer<LostMessagesConsumer, LostMessagesConsumerDefinition>();
        bus.AddRequestClient<JudgeTexts>(RequestTimeout.After(s: 10));
        bus.AddBroadcastConsumer<WorkerAnnouncedConsumer, WorkerAnnouncedConsumerDefinition>();
    }

    /// <summary>Maps the API. Everything in it asks for a key, and for the scope that stands with it.</summary>
    public static IEndpointRouteBuilder MapGateway(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder api = endpoints.MapGroup("/v1").RequireAuthorization().AddEndpointFilter<RouteGroupBuilder, RequestLimit>().AddEndpointFilter<RouteGroupBuilder, PlainBody>();
        api.MapJobs();
        api.MapKeys();
        api.MapGet("/usage", GetUsage.HandleAsync).Needs(Scopes.Read | Scopes.Admin).Named("getUsage", "What was drawn, by day, key and model, and what is left of the month's quotas").Filters<UsageQuery>();
        api.MapWebhooks();
        api.MapBatches();
        api.MapImagesApi();
        endpoints.MapReference();
        return endpoints;
    }

    /// <summary>Brings the database to this version.</summary>
    public static Task MigrateGatewayAsync(this IServiceProvider services, CancellationToken cancellation = default) =>
        services.GetRequiredService<Migrator>().MigrateAsync(cancellation);

    /// <summary>The command <c>migrate</c>: brings the database to this version and ends.</summary>
    /// <exception cref="IOException">The database cannot be reached or written to; the message says why.</exception>
    public static async Task RunMigrationAsync(this IServiceProvider services)
    {
        try
        {
            await services.MigrateGatewayAsync();
        }
        catch (Exception fault) when (fault is DbException || DatabaseFaults.IsUnavailable(fault))
        {
            throw new IOException($"The database cannot be reached or written to ({fault.GetBaseException().Message}); Database:Provider and Database:ConnectionString say where it is.", fault);
        }
    }

    /// <summary>Creates a key if there is none at all, after migration.</summary>
    /// <returns>The key, which nobody can read again; null if there are keys already.</returns>
    public static async Task<string?> CreateFirstKeyAsync(this IServiceProvider services, string tenant, CancellationToken cancellation = default)
    {
        KeyLedger keys = services.GetRequiredService<KeyLedger>();
        return await keys.IsEmptyAsync(cancellation) ? (await keys.CreateAsync(KeyTerms.Operator(tenant, "first"), cancellation)).Secret : null;
    }
}
