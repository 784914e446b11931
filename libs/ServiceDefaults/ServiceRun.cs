using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Limner.ServiceDefaults;

/// <summary>The life of a service's process.</summary>
public static class ServiceRun
{
    /// <summary>
    /// Runs until the process is told to stop. The host throws if that happens while it is still starting, which would end the process as a crash does;
    /// here it is an end like any other.
    /// </summary>
    /// <exception cref="Exception">Whatever else made its start or its stop fail.</exception>
    public static async Task RunUntilStoppedAsync(this IHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        IHostApplicationLifetime lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        (CancellationToken started, CancellationToken stopping) = (lifetime.ApplicationStarted, lifetime.ApplicationStopping);
        try
        {
            await host.RunAsync();
        }
        catch (Exception fault) when (stopping.IsCancellationRequested && !started.IsCancellationRequested && IsCancelled(fault))
        {
        }
    }

    private static bool IsCancelled(Exception fault) => fault switch
    {
        OperationCanceledException => true,
        AggregateException all => all.InnerExceptions.All(IsCancelled),
        _ => false,
    };
}
