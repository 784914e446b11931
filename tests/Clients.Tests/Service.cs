using System.Net;
using Limner.EndToEnd.Tests;
using Limner.EndToEnd.Tests.Serving;
using Limner.Faults.Tests.Cluster;
using Limner.Faults.Tests.Histories;

[assembly: AssemblyFixture(typeof(Limner.Clients.Tests.Standalone))]
[assembly: AssemblyFixture(typeof(Limner.Clients.Tests.Apart))]

namespace Limner.Clients.Tests;

/// <summary>Limner as its users run it, on a tiny model: one for all tests, started when the first of them needs it.</summary>
public abstract class Service : IAsyncDisposable
{
    private readonly Lazy<Task> _started;

    protected Service() => _started = new Lazy<Task>(StartAsync);

    /// <summary>Where the API is, as clients are told: with the version.</summary>
    public Uri Api { get; protected set; } = null!;

    public string Key { get; protected set; } = null!;

    public Task UntilStartedAsync() => _started.Value;

    public abstract ValueTask DisposeAsync();

    protected abstract Task StartAsync();
}

/// <summary><c>limner serve</c>: everything in one process.</summary>
public sealed class Standalone : Service
{
    private readonly TemporaryFolder _folder = new();
    private ServingLimner? _limner;

    public override ValueTask DisposeAsync()
    {
        _limner?.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    protected override async Task StartAsync()
    {
        _limner = await ServingLimner.StartAsync(_folder, settings: ("Outbound__AllowedNetworks", "127.0.0.0/8"));
        (Api, Key) = (new Uri(_limner.Client.Http.BaseAddress!, "v1"), _limner.Key!);
    }
}

/// <summary>The four services as processes, on RabbitMQ, PostgreSQL, Redis and an S3 store.</summary>
public sealed class Apart : Service
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    private ServiceCluster? _cluster;

    public override async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    protected override async Task StartAsync()
    {
        _cluster = await ServiceCluster.StartAsync(new History(TimeProvider.System));
        (Api, Key) = (new Uri(_cluster.Gateways[0].BaseAddress!, "v1"), ServiceCluster.Key);
        await UntilAWorkerIsKnownAsync(_cluster.Gateways[0]);
    }

    // Workers say every few seconds which model they have; before, the Gateway cannot tell an unknown model from one that it has not heard of yet.
    private static async Task UntilAWorkerIsKnownAsync(HttpClient gateway)
    {
        using var limit = new CancellationTokenSource(StartLimit, TimeProvider.System);
        HttpStatusCode status;
        do
        {
            await Task.Delay(Pause, TimeProvider.System, limit.Token);
            using HttpResponseMessage unknown = await gateway.GetAsync(new Uri("v1/models/unknown", UriKind.Relative), limit.Token);
            status = unknown.StatusCode;
        }
        while (status == HttpStatusCode.ServiceUnavailable);
    }
}

/// <summary>Tests with a client of one of them.</summary>
public abstract class ClientTests(Service service) : IAsyncLifetime
{
    protected Service Limner => service;

    public async ValueTask InitializeAsync() => await service.UntilStartedAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
