using Limner.ObjectStorage.Local;
using Limner.ObjectStorage.S3;
using Limner.ServiceDefaults.Configuration;
using Limner.ServiceDefaults.Health;
using Limner.ServiceDefaults.Messaging;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Limner.ObjectStorage;

/// <summary>Composes the object store.</summary>
public static class ObjectStorageRegistration
{
    /// <summary>
    /// Adds the <see cref="IObjectStore"/> that the section <c>Storage</c> asks for, its readiness check, and that messages are tried again while it is away.
    /// Twice is once: services in one process share it.
    /// </summary>
    public static IServiceCollection AddObjectStorage(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.Any(service => service.ServiceType == typeof(IObjectStore)))
        {
            return services;
        }

        services.AddValidatedOptions<StorageOptions>(StorageOptions.Section);
        services.AddTransientFault<ObjectStoreUnavailableException>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IObjectStore>(provider =>
        {
            StorageOptions options = provider.GetRequiredService<IOptions<StorageOptions>>().Value;
            TimeProvider clock = provider.GetRequiredService<TimeProvider>();
            return options.Kind == StorageKind.S3 ? new S3ObjectStore(options, clock) : new LocalObjectStore(options.Path, clock);
        });
        return services.AddDependency("object store", (provider, cancellation) => provider.GetRequiredService<IObjectStore>().IsReachableAsync(cancellation));
    }
}
