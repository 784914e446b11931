using System.Globalization;
using Limner.TestServers;

namespace Limner.Load.Deployments;

/// <summary>Services that run apart, each a process, on real servers.</summary>
internal sealed class Deployment : IAsyncDisposable
{
    public const string Key = "lmn_load_benchmark_of_limner_0123456789";

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<string, ServiceProcess> _services = [];

    private Deployment(ServerSet servers, Uri gateway) => (Servers, Gateway) = (servers, gateway);

    public ServerSet Servers { get; }

    public Uri Gateway { get; }

    public static async Task<Deployment> StartAsync(DeploymentPlan plan)
    {
        int[] ports = FreePorts.Take(plan.Services.Count);
        Uri[] addresses = [.. ports.Select(port => new Uri($"http://127.0.0.1:{port}/"))];
        var deployment = new Deployment(plan.Servers, addresses[0]);
        try
        {
            foreach ((ServiceProgram service, Uri address) in plan.Services.Zip(addresses))
            {
                deployment._services[service.Name] = new ServiceProcess(service, Environment(plan, address), plan.Watchdog);
            }

            foreach ((ServiceProgram service, Uri address) in plan.Services.Zip(addresses))
            {
                await WaitUntilReadyAsync(deployment._services[service.Name], address, plan.Time);
            }

            return deployment;
        }
        catch
        {
            await deployment.DisposeAsync();
            throw;
        }
    }

    /// <summary>Memory of a service that is in use now, in bytes.</summary>
    public long ResidentBytes(string service)
    {
        string line = File.ReadLines($"/proc/{_services[service].Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Processor time that each service has taken so far, in seconds.</summary>
    public IReadOnlyDictionary<string, double> ProcessorSeconds() => _services.ToDictionary(service => service.Key, service => service.Value.ProcessorSeconds());

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_services.Values.Select(service => service.StopAsync()));
    }

    private static Dictionary<string, string> Environment(DeploymentPlan plan, Uri address)
    {
        Dictionary<string, string> environment = plan.Servers.Environment();
        environment["ASPNETCORE_URLS"] = address.GetLeftPart(UriPartial.Authority);
        environment["Logging__LogLevel__Default"] = "Warning";
        environment["Gateway__BootstrapKey"] = Key;
        foreach ((string name, string value) in plan.Settings)
        {
            environment[name] = value;
        }

        return environment;
    }

    private static async Task WaitUntilReadyAsync(ServiceProcess service, Uri address, TimeProvider time)
    {
        using var http = new HttpClient { BaseAddress = address };
        using var limit = new CancellationTokenSource(StartLimit, time);
        while (!await IsReadyAsync(http, limit.Token))
        {
            service.ThrowIfEnded();
            await Task.Delay(Pause, time, limit.Token);
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, CancellationToken cancellation)
    {
        try
        {
            using HttpResponseMessage ready = await http.GetAsync(new Uri("health/ready", UriKind.Relative), cancellation);
            return ready.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // not listening yet
        }
    }
}
