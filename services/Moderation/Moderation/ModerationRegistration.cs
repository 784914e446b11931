using Limner.Inference;
using Limner.Moderation.Images;
using Limner.Moderation.Jobs;
using Limner.Moderation.Policy;
using Limner.Moderation.Prompts;
using Limner.Moderation.Telemetry;
using Limner.Moderation.Texts;
using Limner.ObjectStorage;
using Limner.Requests;
using Limner.ServiceDefaults.Configuration;
using Limner.ServiceDefaults.Health;
using Limner.ServiceDefaults.Messaging;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Limner.Moderation;

/// <summary>Composes the Moderation service.</summary>
public static class ModerationRegistration
{
    /// <summary>Adds the policy, the image model and what they need.</summary>
    public static IServiceCollection AddModeration(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<ModerationOptions>(ModerationOptions.Section);
        services.AddValidatedOptions<ImageModerationOptions>(ImageModerationOptions.Section);
        services.AddValidatedOptions<ModelOptions>(ModelOptions.Section);
        services.AddValidatedOptions<ExecutionOptions>("Execution");
        services.AddObjectStorage(configuration);
        services.AddTransientFault<ObjectStoreUnavailableException>();
        services.AddSingleton(provider => ReadPolicy(provider.GetRequiredService<IOptions<ModerationOptions>>().Value.PolicyFile));
        services.AddSingleton<ModerationMetrics>();
        services.AddSingleton<ImageModel>();
        services.AddSingleton<ImageReader>();
        services.AddSingleton<GivenPictures>();
        services.AddSingleton<WantedJobs>();
        services.AddHostedService<ModerationStart>();
        return services.AddDependency("image model", (provider, _) => Task.FromResult(provider.GetRequiredService<ImageModel>().IsReady));
    }

    /// <summary>Adds the two stages, and who answers questions about texts.</summary>
    public static void AddModerationConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<JobSubmittedConsumer, JobSubmittedConsumerDefinition>();
        bus.AddConsumer<ImageDecodedConsumer, ImageDecodedConsumerDefinition>();
        bus.AddConsumer<JudgeTextsConsumer, JudgeTextsConsumerDefinition>();
    }

    // Whoever starts it has a file to mend, as with the concepts of images.
    private static PromptPolicy ReadPolicy(string path)
    {
        try
        {
            return PolicyFile.Read(path);
        }
        catch (PolicyException problem)
        {
            throw new InvalidDataException(problem.Message, problem);
        }
    }
}
