using Limner.ServiceDefaults.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Limner.ServiceDefaults.Health;

/// <summary>What a process needs, and the endpoints that tell whether it has it.</summary>
public static class HealthRegistration
{
    /// <summary>Tag of a check whose description names the loaded model; <c>/health/ready</c> shows it while the check is healthy.</summary>
    public const string ModelTag = "model";

    /// <summary>A check that hangs is a check that failed.</summary>
    private static readonly TimeSpan CheckLimit = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Names something that the service cannot work without; while it is missing, <c>/health/ready</c> says 503 and its name.
    /// The first of several checks of one name counts, since services that share a process share what they need.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="name">What it is, for an operator: <c>database</c>, <c>object store</c>, <c>model</c>.</param>
    /// <param name="isAvailable">Whether it is there; false and an exception mean that it is not. Cancelled after three seconds.</param>
    public static IServiceCollection AddDependency(this IServiceCollection services, string name, Func<IServiceProvider, CancellationToken, Task<bool>> isAvailable) =>
        services.AddDependency(name, HealthStatus.Unhealthy, isAvailable);

    /// <summary>
    /// Maps <c>/health/live</c> (the process answers), <c>/health/ready</c> (JSON: all it needs is there, or what is missing) and <c>/health/accepting</c> (it is not stopping): what answers
    /// callers in words while something is missing, has to be sent them all the same.
    /// </summary>
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder endpoints)
    {
        // Mapping makes the bus, whose options throw one by one what this lists as a whole.
        ActivatorUtilities.CreateInstance<ConfigurationCheck>(endpoints.ServiceProvider);
        endpoints.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = HealthReportWriter.WriteAsync });
        endpoints.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = HealthReportWriter.WriteAsync });
        endpoints.MapHealthChecks("/health/accepting", new HealthCheckOptions { Predicate = check => check.Name == DrainingCheck.Name, ResponseWriter = HealthReportWriter.WriteAsync });
        return endpoints;
    }

    internal static IServiceCollection AddDependency(
        this IServiceCollection services, string name, HealthStatus whenMissing, Func<IServiceProvider, CancellationToken, Task<bool>> isAvailable)
    {
        if (services.Any(service => service.ImplementationInstance is Dependency known && known.Name == name))
        {
            return services;
        }

        services.AddSingleton(new Dependency(name));
        var answer = new SharedAnswer(isAvailable, CheckLimit);
        services.AddHealthChecks().Add(new HealthCheckRegistration(
            name, provider => ActivatorUtilities.CreateInstance<DependencyCheck>(provider, name, answer), whenMissing, tags: [], CheckLimit));
        return services;
    }

    internal static void AddLimnerHealth(this IServiceCollection services)
    {
        if (services.All(service => service.ImplementationInstance is not Dependency { Name: DrainingCheck.Name }))
        {
            services.AddSingleton(new Dependency(DrainingCheck.Name));
            services.AddHealthChecks().AddCheck<DrainingCheck>(DrainingCheck.Name);
        }
    }
}
