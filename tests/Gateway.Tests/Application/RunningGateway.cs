using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Contracts.Workers;
using Limner.Gateway.Database;
using Limner.Gateway.Dispatch;
using Limner.Gateway.Keys;
using Limner.Gateway.Limits;
using Limner.Imaging;
using Limner.ObjectStorage;
using Limner.ServiceDefaults;
using Limner.ServiceDefaults.Health;
using Limner.ServiceDefaults.Messaging;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Limner.Gateway.Tests.Application;

/// <summary>The Gateway as its host composes it, on a port of its own, with the in-memory bus and a folder for images.</summary>
internal sealed class RunningGateway : IAsyncDisposable
{
    public const string WebhookKey = "bGltbmVyLXRlc3RzLWtlZXAtc2VjcmV0cy13aXRoLWk=";

    private readonly WebApplication _application;
    private readonly string _folder;

    private RunningGateway(WebApplication application, string folder)
    {
        _application = application;
        _folder = folder;
        Address = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public Uri Address { get; }

    public IServiceProvider Services => _application.Services;

    public Stages Stages => Services.GetRequiredService<Stages>();

    public IBus Bus => Services.GetRequiredService<IBus>();

    public IObjectStore Store => Services.GetRequiredService<IObjectStore>();

    public Transactions Database => Services.GetRequiredService<Transactions>();

    public async Task<int> CountJobsAsync()
    {
        await using GatewayContext context = Database.Read();
        return await context.Jobs.CountAsync();
    }

    /// <returns>How many objects have <paramref name="part"/> in their key.</returns>
    public async Task<int> CountObjectsAsync(string part)
    {
        int found = 0;
        await foreach (StoredObject item in Store.ListAsync("", CancellationToken.None))
        {
            found += item.Key.Contains(part, StringComparison.Ordinal) ? 1 : 0;
        }

        return found;
    }

    public static async Task<RunningGateway> StartAsync(
        TestDatabase database, TimeProvider? time = null, Action<IServiceCollection>? configure = null, Action<IEndpointRouteBuilder>? routes = null, params (string Key, string Value)[] settings)
    {
        string folder = Directory.CreateTempSubdirectory("limner-gateway-").FullName;
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Test", ContentRootPath = folder });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Database:Provider"] = database.Provider,
            ["Database:ConnectionString"] = database.ConnectionString,
            ["Database:MigrateAtStart"] = "true",
            ["Database:Connections"] = "10",
            ["Storage:Path"] = Path.Combine(folder, "objects"),
            ["Dispatch:UnannouncedWindow"] = "10000",
            ["Dispatch:Poll"] = "00:00:00.200",
            ["Gateway:Sizes"] = "64,256,1024",
            ["Webhooks:EncryptionKeys"] = WebhookKey,
            ["Webhooks:Poll"] = "00:00:00.100",
            ["Webhooks:FirstRetry"] = "00:00:00.050",
            ["Webhooks:CircuitPause"] = "00:00:00.050",
            ["Outbound:AllowedNetworks"] = "127.0.0.0/8",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        configure?.Invoke(builder.Services);
        builder.Services.AddSingleton<Stages>();
        builder.AddServiceDefaults();
        builder.Services.AddGateway(builder.Configuration);
        builder.Services.AddLimnerBus(builder.Configuration, bus =>
        {
            bus.AddGatewayConsumers();
            bus.AddConsumer<StagesConsumer>();
            bus.AddConsumer<JudgesConsumer>();
        });
        WebApplication application = builder.Build();
        application.MapHealth();
        application.MapGateway();
        routes?.Invoke(application);
        await application.StartAsync();
        // The host does not wait for the bus, and what is published before its endpoints are there nobody hears.
        IBusControl bus = application.Services.GetRequiredService<IBusControl>();
        await Eventually.TrueAsync(() => bus.CheckHealth().Status == BusHealthStatus.Healthy);
        return new RunningGateway(application, folder);
    }

    /// <summary>A client of a tenant that nobody else is.</summary>
    public Task<GatewayClient> NewTenantAsync(Allowance? allowance = null) =>
        NewKeyAsync(new KeyTerms($"t{Guid.NewGuid():N}", Scopes.Read | Scopes.Generate) { Allowance = allowance ?? Allowance.Unlimited });

    /// <summary>A client with a key of its own.</summary>
    public async Task<GatewayClient> NewKeyAsync(KeyTerms terms)
    {
        string key = KeySecret.Create();
        // The table of keys is there before the last migration is: who is let in then finds others missing.
        await Services.GetRequiredService<Preparation>().WaitAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                return await Services.GetRequiredService<KeyLedger>().KeepAsync(key, terms, CancellationToken.None);
            }
            catch (Exception fault) when (DatabaseFaults.IsUnavailable(fault))
            {
                return false; // Not migrated yet.
            }
        });
        return new GatewayClient(this, terms.Tenant, key);
    }

    /// <summary>Stores a candidate's image as the Decoder would.</summary>
    public async Task<StoredImage> DrawAsync(string tenant, Guid job, int candidate)
    {
        byte[] bytes = PictureOf(candidate);
        string key = StoredImage.KeyOf(tenant, job, candidate);
        await Store.PutIfAbsentAsync(key, bytes, "image/png", CancellationToken.None);
        return new StoredImage(key, 64, 64, bytes.Length, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));
    }

    /// <summary>A small PNG, another for each candidate.</summary>
    public static byte[] PictureOf(int candidate)
    {
        var image = new RgbImage(64, 64);
        Array.Fill(image.Pixels, (byte)(40 + (20 * candidate)));
        return PngEncoder.Encode(image);
    }

    /// <summary>Workers say how far they have come; if nothing is said, that nothing waits.</summary>
    public void Reach(DateTimeOffset? reached = null)
    {
        foreach (JobStage stage in (JobStage[])[JobStage.Encoding, JobStage.Decoding])
        {
            Services.GetRequiredService<WorkerPool>().Note(new WorkerAnnounced($"w-{stage}", stage, 0, "") { Reached = reached });
        }
    }

    /// <summary>Stops as a process that is told to.</summary>
    public Task StopAsync() => _application.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
