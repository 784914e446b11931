using Limner.ObjectStorage;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Moderation.Tests.Stages;

/// <summary>The real store, away for the first few reads.</summary>
internal sealed class UnsteadyStore(IObjectStore store, int failures) : IObjectStore
{
    private int _left = failures;

    public int Reads { get; private set; }

    /// <summary>Puts one around the store that is registered.</summary>
    public static void Around(IServiceCollection services, int failures)
    {
        ServiceDescriptor real = services.Last(service => service.ServiceType == typeof(IObjectStore));
        services.AddSingleton<IObjectStore>(provider => new UnsteadyStore((IObjectStore)real.ImplementationFactory!(provider), failures));
    }

    public Task<Stream?> OpenAsync(string key, CancellationToken cancellation)
    {
        Reads++;
        return _left-- > 0 ? throw new ObjectStoreUnavailableException("The store is away.") : store.OpenAsync(key, cancellation);
    }

    public Task<bool> PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellation) =>
        store.PutIfAbsentAsync(key, content, contentType, cancellation);

    public Task DeleteAsync(string key, CancellationToken cancellation) => store.DeleteAsync(key, cancellation);

    public Task<Uri?> SignAsync(string key, TimeSpan timeToLive, CancellationToken cancellation) => store.SignAsync(key, timeToLive, cancellation);

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellation) => store.ListAsync(prefix, cancellation);

    public Task<bool> IsReachableAsync(CancellationToken cancellation) => store.IsReachableAsync(cancellation);
}
