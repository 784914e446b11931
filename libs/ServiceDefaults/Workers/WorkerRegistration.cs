using Limner.ServiceDefaults.Cancellation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Limner.ServiceDefaults.Workers;

/// <summary>Composes what every pool of workers has.</summary>
public static class WorkerRegistration
{
    /// <summary>Adds <see cref="RunningJobs"/> and <see cref="EngineFailure"/>, and has the worker announced to the Gateways while the process runs.</summary>
    public static IServiceCollection AddWorker(this IServiceCollection services, Func<IServiceProvider, WorkerCapacity> capacity)
    {
        services.TryAddSingleton<RunningJobs>();
        services.TryAddSingleton<EngineFailure>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, WorkerAnnouncer>());
        return services.AddSingleton<Func<WorkerCapacity>>(provider => () => capacity(provider));
    }
}
