using System.Net.Http.Headers;
using System.Text;
using Limner.Faults.Tests.Histories;
using Limner.TestServers;

namespace Limner.Faults.Tests.Cluster;

/// <summary>The four services as they run apart: two Gateways side by side, one of each other.</summary>
internal sealed class ServiceCluster : IAsyncDisposable
{
    public const string Key = "lmn_fault_harness_of_limner_0123456789";
    private const int TailLines = 25;

    /// <summary>Every restart of a service or a server is a delivery; the limit is for messages that kill.</summary>
    public const int DeliveryLimit = 200;

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly string _folder = Directory.CreateTempSubdirectory("limner-faults-").FullName;
    private readonly Watchdog _watchdog = new();

    private ServiceCluster(ServerSet servers, History history)
    {
        Servers = servers;
        int[] ports = FreePorts.Take(2);
        Gateways = [.. ports.Select(port => Client(port))];
        Services =
        [
            Service("gateway-1", "Gateway", ports[0], history), Service("gateway-2", "Gateway", ports[1], history),
            Service("moderation", "Moderation", 0, history), Service("encoder", "Encoder", 0, history), Service("decoder", "Decoder", 0, history),
        ];
    }

    public ServerSet Servers { get; }

    public IReadOnlyList<HttpClient> Gateways { get; }

    public IReadOnlyList<ServiceProcess> Services { get; }

    public static async Task<ServiceCluster> StartAsync(History history)
    {
        var cluster = new ServiceCluster(await ServerSet.StartAsync(), history);
        foreach (ServiceProcess service in cluster.Services)
        {
            service.Start();
        }

        try
        {
            foreach (HttpClient gateway in cluster.Gateways)
            {
                await WaitUntilReadyAsync(gateway);
            }

            return cluster;
        }
        catch (Exception problem)
        {
            string logs = cluster.Tails();
            await cluster.DisposeAsync();
            throw new InvalidOperationException($"The services did not come up.\n{logs}", problem);
        }
    }

    /// <summary>The last lines that each service wrote.</summary>
    public string Tails()
    {
        var text = new StringBuilder();
        foreach (ServiceProcess service in Services.Where(service => File.Exists(service.Log)))
        {
            text.Append("--- ").AppendLine(service.Name).AppendJoin('\n', File.ReadLines(service.Log).TakeLast(TailLines)).AppendLine();
        }

        return text.ToString();
    }

    /// <summary>A sentence for each secret that stands in the log of a service.</summary>
    public IEnumerable<string> Leaks() =>
        from service in Services
        let log = File.ReadAllText(service.Log)
        from secret in service.Secrets
        where log.Contains(secret.Value, StringComparison.Ordinal)
        select $"{service.Name} wrote {secret.Key} into its log";

    public async ValueTask DisposeAsync()
    {
        foreach (ServiceProcess service in Services)
        {
            service.Dispose();
        }

        foreach (HttpClient gateway in Gateways)
        {
            gateway.Dispose();
        }

        _watchdog.Dispose();
        await Servers.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static HttpClient Client(int port)
    {
        // An image's address is signed and leads to the object store, which takes no key of ours.
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(60) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        return client;
    }

    private static async Task WaitUntilReadyAsync(HttpClient gateway)
    {
        using var limit = new CancellationTokenSource(StartLimit, TimeProvider.System);
        while (true)
        {
            try
            {
                using HttpResponseMessage ready = await gateway.GetAsync(new Uri("health/ready", UriKind.Relative), limit.Token);
                if (ready.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(Pause, TimeProvider.System, limit.Token);
        }
    }

    private ServiceProcess Service(string name, string service, int port, History history)
    {
        Dictionary<string, string> environment = Servers.Environment();
        // The server takes any; it is there to be looked for in logs.
        environment["Database__ConnectionString"] += $";Password={ServiceProcess.DatabasePassword}";
        environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}";
        environment["Logging__LogLevel__Default"] = "Warning";
        environment["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information"; // tells ServiceProcess that it has started
        environment["DOTNET_gcServer"] = "0";
        environment["Shutdown__GraceSeconds"] = "15";
        environment["Bus__DeliveryLimit"] = $"{DeliveryLimit}";
        if (service == "Gateway")
        {
            environment["Gateway__BootstrapKey"] = Key;
            environment["Gateway__Sizes"] = "64,128";
            environment["Webhooks__EncryptionKeys"] = "a2V5LW9mLXRoZS1mYXVsdHMta2V5LW9mLWZhdWx0czE=";
            environment["Outbound__AllowedNetworks"] = "127.0.0.0/8";
            // Retried and taken up again while the test waits for it.
            environment["Webhooks__Timeout"] = "00:00:02";
            environment["Webhooks__FirstRetry"] = "00:00:00.200";
            environment["Webhooks__CircuitPause"] = "00:00:00.200";
        }
        else
        {
            environment["Model__Folder"] = Path.Combine(Repository.Root, "tests/fixtures/latent_tiny");
            environment["Execution__Provider"] = "cpu";
            environment["Execution__Threads"] = "1";
        }

        if (service == "Moderation")
        {
            environment["Moderation__Images__Unchecked"] = "true";
        }
        else if (service is "Encoder" or "Decoder")
        {
            // Forgotten soon, so that equal prompts are encoded again and Decoders meet missing conditioning.
            environment[$"{service}__ConditioningTimeToLive"] = "00:00:10";
        }

        return new ServiceProcess(name, Repository.Host(service), environment, Path.Combine(_folder, $"{name}.log"), _watchdog, history);
    }
}
