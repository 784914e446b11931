using Limner.Contracts.Jobs;
using Limner.Decoder.Cancellation;
using Limner.Decoder.Conditionings;
using Limner.Decoder.Decoding;
using Limner.Decoder.Health;
using Limner.Decoder.Storage;
using Limner.Decoder.Telemetry;
using Limner.Inference;
using Limner.ObjectStorage;
using Limner.Requests;
using Limner.ServiceDefaults.Configuration;
using Limner.ServiceDefaults.Health;
using Limner.ServiceDefaults.Messaging;
using Limner.ServiceDefaults.Workers;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Limner.Decoder;

/// <summary>Composes the Decoder service.</summary>
public static class DecoderRegistration
{
    /// <summary>Adds the decoder half of the model in <c>Model:Folder</c>, which is loaded before the process takes work.</summary>
    public static IServiceCollection AddDecoder(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<ModelOptions>(ModelOptions.Section);
        services.AddValidatedOptions<ExecutionOptions>("Execution");
        services.AddValidatedOptions<DecoderOptions>(DecoderOptions.Section);
        services.AddObjectStorage(configuration);
        services.AddTransientFault<ObjectStoreUnavailableException>();
        services.AddSingleton<GivenPictures>();
        services.AddSingleton<DecoderMetrics>();
        services.AddSingleton<DecoderEngine>();
        services.AddHostedService<DecoderStart>();
        services.AddHealthChecks().AddCheck<DecoderHealthCheck>("decoder model", tags: [HealthRegistration.ModelTag]);
        services.AddSingleton<SpareEncoder>();
        services.AddSingleton<ConditioningSource>();
        services.AddSingleton<ImageArchive>();
        services.AddSingleton<CandidateDecoder>();
        return services.AddWorker(provider =>
        {
            DecoderEngine engine = provider.GetRequiredService<DecoderEngine>();
            DecoderOptions options = provider.GetRequiredService<IOptions<DecoderOptions>>().Value;
            return new(JobStage.Decoding, options.Slots, options.Ahead, $"{engine.Name} {engine.Version}", engine.Adapters);
        });
    }

    /// <summary>Adds what it consumes: encoded candidates, and cancels.</summary>
    public static IBusRegistrationConfigurator AddDecoderConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<ImageEncodedConsumer, ImageEncodedConsumerDefinition>();
        bus.AddBroadcastConsumer<JobCancelledConsumer, JobCancelledConsumerDefinition>();
        return bus;
    }
}
