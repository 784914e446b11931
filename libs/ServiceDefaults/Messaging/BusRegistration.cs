using Limner.ServiceDefaults.Configuration;
using Limner.ServiceDefaults.Health;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Limner.ServiceDefaults.Messaging;

/// <summary>Composes the bus.</summary>
public static class BusRegistration
{
    /// <summary>
    /// Adds the bus of this process: over RabbitMQ or in memory, as <c>Bus:Transport</c> says. Consumers do not see which.
    /// A consumer that throws is called again if the fault is transient, for <see cref="BusOptions.RetrySeconds"/>; then, and for every other fault,
    /// the message becomes a <see cref="Fault{T}"/>. A message whose consumer's process keeps dying comes to the dead-letter consumer.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The configuration.</param>
    /// <param name="configure">Adds the consumers of all services in this process.</param>
    public static IServiceCollection AddLimnerBus(this IServiceCollection services, IConfiguration configuration, Action<IBusRegistrationConfigurator> configure)
    {
        services.AddValidatedOptions<BusOptions>(BusOptions.Section);
        services.AddOptions<MassTransitHostOptions>().Configure<IOptions<ShutdownOptions>>((host, shutdown) =>
        {
            // A broker that is not there yet delays readiness, not the start.
            host.WaitUntilStarted = false;
            host.ConsumerStopTimeout = shutdown.Value.Work;
            host.StopTimeout = shutdown.Value.Grace;
        });
        services.AddSingleton(new Dependency("bus"));
        return services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.SetEndpointNameFormatter(new ServiceEndpointNames());
            bus.ConfigureHealthCheckOptions(health =>
            {
                health.Name = "bus";
                health.MinimalFailureStatus = HealthStatus.Unhealthy;
            });
            configure(bus);
            bus.AddConfigureEndpointsCallback((context, name, endpoint) =>
            {
                endpoint.UseTransientRetry(context);
                // The job ends by the fault, and the log has the exception: a queue of such messages would only grow, and keep prompts for longer than anything else does.
                endpoint.DiscardFaultedMessages();
                endpoint.DiscardSkippedMessages();
            });
            // An unknown transport is reported with all other faults of the configuration, before the bus is built.
            if (string.Equals(configuration[$"{BusOptions.Section}:{nameof(BusOptions.Transport)}"], BusOptions.RabbitMq, StringComparison.OrdinalIgnoreCase))
            {
                bus.UseRabbitMqServer();
            }
            else
            {
                bus.UsingInMemory((context, memory) => memory.ConfigureEndpoints(context));
            }
        });
    }

    /// <summary>Makes messages that fail with <typeparamref name="TException"/>, or wrap it, worth another attempt.</summary>
    public static IServiceCollection AddTransientFault<TException>(this IServiceCollection services)
        where TException : Exception =>
        services.AddTransientFault(exception => exception is TException);

    /// <summary>Makes messages that fail with such an exception, or wrap one, worth another attempt.</summary>
    public static IServiceCollection AddTransientFault(this IServiceCollection services, Func<Exception, bool> isTransient) =>
        services.AddSingleton(new TransientFault(isTransient));
}
