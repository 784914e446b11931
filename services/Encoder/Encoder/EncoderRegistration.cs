using Limner.Contracts.Jobs;
using Limner.Encoder.Cancellation;
using Limner.Encoder.Encoding;
using Limner.Encoder.Health;
using Limner.Encoder.Telemetry;
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

namespace Limner.Encoder;

/// <summary>Composes the Encoder service.</summary>
public static class EncoderRegistration
{
    /// <summary>Adds the encoder half of the model in <c>Model:Folder</c>, which is loaded before the process takes work.</summary>
    public static IServiceCollection AddEncoder(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<ModelOptions>(ModelOptions.Section);
        services.AddValidatedOptions<ExecutionOptions>("Execution");
        services.AddValidatedOptions<EncoderOptions>(EncoderOptions.Section);
        services.AddObjectStorage(configuration);
        services.AddTransientFault<ObjectStoreUnavailableException>();
        services.AddSingleton<GivenPictures>();
        services.AddSingleton<EncoderMetrics>();
        services.AddSingleton<EncoderEngine>();
        services.AddHostedService<EncoderStart>();
        services.AddHealthChecks().AddCheck<EncoderHealthCheck>("encoder model", tags: [HealthRegistration.ModelTag]);
        services.AddSingleton<PromptEncoder>();
        return services.AddWorker(provider =>
        {
            EncoderEngine engine = provider.GetRequiredService<EncoderEngine>();
            return new(JobStage.Encoding, provider.GetRequiredService<IOptions<EncoderOptions>>().Value.Slots, 0, $"{engine.Name} {engine.Version}", engine.Adapters, engine.PromptTokens);
        });
    }

    /// <summary>Adds what it consumes: approved prompts, and cancels.</summary>
    public static IBusRegistrationConfigurator AddEncoderConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<PromptApprovedConsumer, PromptApprovedConsumerDefinition>();
        bus.AddBroadcastConsumer<JobCancelledConsumer, JobCancelledConsumerDefinition>();
        return bus;
    }
}
