using Limner.TestServers;

namespace Limner.Load.Deployments;

/// <summary>Which services run and how they are configured.</summary>
internal sealed record DeploymentPlan(ServerSet Servers, Watchdog Watchdog, TimeProvider Time)
{
    public IReadOnlyList<ServiceProgram> Services { get; init; } = [];

    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The four services as they are shipped.</summary>
    public DeploymentPlan Real(string model) => this with
    {
        Services = [.. new[] { "Gateway", "Moderation", "Encoder", "Decoder" }.Select(ServiceProgram.Host)],
        Settings = new Dictionary<string, string> { ["Model__Folder"] = model, ["Execution__Provider"] = "cpu" },
    };

    /// <summary>The Gateway as it is shipped, and three processes whose stages do nothing but hand on.</summary>
    public DeploymentPlan NoOps() => this with { Services = [ServiceProgram.Host("Gateway"), .. new[] { "Moderation", "Encoder", "Decoder" }.Select(ServiceProgram.Stage)] };

    public DeploymentPlan With(string setting, string value) => this with { Settings = new Dictionary<string, string>(Settings) { [setting] = value } };

    /// <summary>Starts it with empty servers, and waits until every service is ready.</summary>
    public async Task<Deployment> StartAsync()
    {
        await Servers.StartAfreshAsync();
        return await Deployment.StartAsync(this);
    }
}
