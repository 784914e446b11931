using Limner.Contracts.Jobs;
using Limner.ServiceDefaults;
using Limner.ServiceDefaults.Health;
using Limner.ServiceDefaults.Messaging;
using Limner.ServiceDefaults.Workers;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Load.Stages;

/// <summary>A process that stands where Moderation, Encoder or Decoder would: on the same bus, with the same limits, and no work.</summary>
internal static class NoOpStage
{
    /// <summary>Candidates a second that the Decoder lets through; as fast as it can if not set.</summary>
    public const string PerSecond = "Load:PerSecond";

    /// <summary>What a pool of eight Decoders announces.</summary>
    public const int Slots = 64;

    public static async Task RunAsync(string stage)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.AddServiceDefaults();
        builder.Services.AddSingleton(provider => new Pace(builder.Configuration[PerSecond], provider.GetRequiredService<TimeProvider>()));
        if (stage == "Decoder")
        {
            builder.Services.AddWorker(_ => new(JobStage.Decoding, Slots, 0, "no-op 1", []));
        }

        builder.Services.AddLimnerBus(builder.Configuration, bus => AddConsumers(bus, stage));

        WebApplication app = builder.Build();
        app.MapHealth();
        await app.RunAsync();
    }

    // Concurrency and prefetch as in the services.
    private static void AddConsumers(IBusRegistrationConfigurator bus, string stage)
    {
        switch (stage)
        {
            case "Moderation":
                Add<PromptConsumer>(bus, 8, 32);
                Add<ImageConsumer>(bus, 2, 4);
                break;
            case "Encoder":
                Add<EncodingConsumer>(bus, 8, 8);
                break;
            default:
                Add<DecodingConsumer>(bus, Slots + 2, Slots + 2);
                break;
        }
    }

    private static void Add<TConsumer>(IBusRegistrationConfigurator bus, int atOnce, int prefetch)
        where TConsumer : class, IConsumer =>
        bus.AddConsumer<TConsumer>(consumer => consumer.UseConcurrentMessageLimit(atOnce)).Endpoint(endpoint => endpoint.PrefetchCount = prefetch);
}
