using Limner.EndToEnd.Tests;
using Limner.EndToEnd.Tests.Serving;
using Limner.Faults.Tests.Cluster;
using Limner.Faults.Tests.Histories;

namespace Limner.Clients.Tests;

/// <summary>Limner as its users run it, on a tiny model.</summary>
public abstract class Service : IAsyncLifetime
{
    /// <summary>Where the API is, as clients are told: with the version.</summary>
    public Uri Api { get; protected set; } = null!;

    public string Key { get; protected set; } = null!;

    public abstract ValueTask InitializeAsync();

    public abstract ValueTask DisposeAsync();
}

/// <summary><c>limner serve</c>: everything in one process.</summary>
public sealed class Standalone : Service
{
    private readonly TemporaryFolder _folder = new();
    private ServingLimner? _limner;

    public override async ValueTask InitializeAsync()
    {
        _limner = await ServingLimner.StartAsync(_folder, settings: ("Outbound__AllowedNetworks", "127.0.0.0/8"));
        (Api, Key) = (new Uri(_limner.Client.Http.BaseAddress!, "v1"), _limner.Key!);
    }

    public override ValueTask DisposeAsync()
    {
        _limner?.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>The four services as processes, on RabbitMQ, PostgreSQL, Redis and an S3 store.</summary>
public sealed class Apart : Service
{
    private ServiceCluster? _cluster;

    public override async ValueTask InitializeAsync()
    {
        _cluster = await ServiceCluster.StartAsync(new History(TimeProvider.System));
        (Api, Key) = (new Uri(_cluster.Gateways[0].BaseAddress!, "v1"), ServiceCluster.Key);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }
}
