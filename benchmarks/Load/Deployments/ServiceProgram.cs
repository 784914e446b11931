namespace Limner.Load.Deployments;

/// <summary>One service to run: a Host, or one of our own stages in its place.</summary>
internal sealed record ServiceProgram(string Name, string Assembly, string[] Arguments)
{
    public static ServiceProgram Host(string service) => new(
        service, Path.Combine(AppContext.BaseDirectory.Replace("benchmarks/Load", $"services/{service}/{service}.Host", StringComparison.Ordinal), $"Limner.{service}.Host.dll"), []);

    public static ServiceProgram Stage(string service) => new(service, typeof(ServiceProgram).Assembly.Location, ["stage", service]);
}
