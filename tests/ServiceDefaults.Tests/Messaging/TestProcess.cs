using Limner.Contracts.Moderation;
using Limner.Contracts.Prompts;
using Limner.ServiceDefaults.Messaging;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Limner.ServiceDefaults.Tests.Messaging;

/// <summary>A host with a bus, as a service has it; several of them stand for several processes.</summary>
internal sealed class TestProcess : IAsyncDisposable
{
    private TestProcess(IHost host, Received received) => (Host, Received) = (host, received);

    public IHost Host { get; }

    public Received Received { get; }

    public IBus Bus => Host.Services.GetRequiredService<IBus>();

    public static async Task<TestProcess> StartAsync(IEnumerable<KeyValuePair<string, string?>> settings, Action<IBusRegistrationConfigurator> consumers, Received? received = null)
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.SetMinimumLevel(LogLevel.None);
        received ??= new Received();
        builder.Services.AddSingleton(received);
        builder.AddServiceDefaults();
        builder.Services.AddLimnerBus(builder.Configuration, consumers);
        var process = new TestProcess(builder.Build(), received);
        // MassTransit keeps the logger factory of the flow's first bus, which a test that ends a process and starts another has disposed of.
        LogContext.ConfigureCurrentLogContext(process.Host.Services.GetRequiredService<ILoggerFactory>());
        await process.Host.StartAsync(TestContext.Current.CancellationToken);
        await process.Host.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, TimeSpan.FromMinutes(2));
        return process;
    }

    public static PromptRejected Message() => new(Guid.NewGuid(), new Verdict("violence", "1"));

    /// <summary>SIGTERM.</summary>
    public Task StopAsync() => Host.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Host.StopAsync(CancellationToken.None);
        Host.Dispose();
    }
}
