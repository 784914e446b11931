using Limner.ServiceDefaults.Cancellation;
using Limner.ServiceDefaults.Conditioning;
using Limner.ServiceDefaults.Progress;
using Limner.ServiceDefaults.Rates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Limner.ServiceDefaults.Tests.RedisServer;

/// <summary>What a service gets of Redis, or in its place; several stand for several processes.</summary>
internal sealed class RedisProcess : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public RedisProcess(string connection, string prefix = "test:", int timeoutMilliseconds = 20000)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Redis:Connection"] = connection,
            ["Redis:KeyPrefix"] = prefix,
            ["Redis:TimeoutMilliseconds"] = $"{timeoutMilliseconds}",
        });
        builder.AddServiceDefaults();
        _services = builder.Services.BuildServiceProvider();
    }

    public IConditioningCache Cache => _services.GetRequiredService<IConditioningCache>();

    public IProgressChannel Progress => _services.GetRequiredService<IProgressChannel>();

    public IRequestRates Rates => _services.GetRequiredService<IRequestRates>();

    public ICancelFlags Flags => _services.GetRequiredService<ICancelFlags>();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
