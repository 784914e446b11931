using MassTransit;

namespace Limner.ServiceDefaults.Messaging;

/// <summary>Consumers whose queue is not the usual one.</summary>
public static class ConsumerRegistration
{
    /// <summary>
    /// Adds a consumer that gets every message in every process, e.g. of <c>JobCancelled</c>, over a queue that goes when the process goes.
    /// What is said while a process is away it never hears.
    /// </summary>
    public static void AddBroadcastConsumer<TConsumer, TDefinition>(this IBusRegistrationConfigurator bus)
        where TConsumer : class, IConsumer
        where TDefinition : class, IConsumerDefinition<TConsumer>
    {
        string name = $"{ServiceEndpointNames.Broadcast}{bus.NameOf<TConsumer>()}-{Guid.NewGuid():N}";
        bus.AddConsumer<TConsumer, TDefinition>().Endpoint(endpoint =>
        {
            endpoint.Name = name;
            endpoint.Temporary = true;
        });
    }

    /// <summary>
    /// Adds the consumer of messages that were dead-lettered because the process that had them died each time. It consumes the message types themselves.
    /// The in-memory bus has no such messages: there the only process that could die is this one.
    /// </summary>
    public static void AddDeadLetterConsumer<TConsumer, TDefinition>(this IBusRegistrationConfigurator bus)
        where TConsumer : class, IConsumer
        where TDefinition : class, IConsumerDefinition<TConsumer> =>
        bus.AddConsumer<TConsumer, TDefinition>().Endpoint(endpoint =>
        {
            endpoint.Name = ServiceEndpointNames.DeadLetter;
            // The messages come over the dead-letter exchange; a subscription would bring every healthy one too.
            endpoint.ConfigureConsumeTopology = false;
        });

    private static string NameOf<TConsumer>(this IBusRegistrationConfigurator _)
        where TConsumer : class, IConsumer => new ServiceEndpointNames().Consumer<TConsumer>();
}
