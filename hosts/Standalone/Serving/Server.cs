using System.Globalization;
using Limner.Gateway;
using Limner.Standalone.Commands;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Limner.Standalone.Serving;

/// <summary>The command <c>serve</c>: up, until told to stop, and down in order.</summary>
internal sealed class Server(TextWriter output, TextWriter error, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public void Run(ServeOptions options, CancellationToken stop) => RunAsync(options, stop).GetAwaiter().GetResult();

    private async Task RunAsync(ServeOptions options, CancellationToken stop)
    {
        // 1. The folder and the services
        using DataFolder data = DataFolder.Open(options.Data);
        await using WebApplication app = await StartAsync(options, data, stop);

        // 2. Ready
        if (await WaitUntilReadyAsync(app, stop))
        {
            output.WriteLine($"Limner is ready at {string.Join(", ", app.Urls)} and keeps its data in {data.Path}. Its API is explained at /docs. Ctrl-C stops it.");
        }

        // 3. Until it is told to stop; work that is under way then has the grace period
        using CancellationTokenRegistration stopping = app.Lifetime.ApplicationStopping.Register(() => SayStopping(app));
        await app.WaitForShutdownAsync(stop);
        if (!stop.IsCancellationRequested)
        {
            throw new CommandException(ExitCode.Fault, "Limner stopped because one of its services failed; the lines above say why.");
        }
    }

    private async Task<WebApplication> StartAsync(ServeOptions options, DataFolder data, CancellationToken stop)
    {
        WebApplication? app = null;
        try
        {
            app = Composition.Create(options, data);
            await app.StartAsync(stop);
            await SayKeyAsync(app, stop);
            return app;
        }
        catch (Exception problem)
        {
            if (app is not null)
            {
                // What has started already meets disposed services now, or is cancelled by a host that does not count as stopping; of that nobody needs to hear.
                Silence(app, "Default");
                Silence(app, "Microsoft.Extensions.Hosting.Internal.Host");
                await app.DisposeAsync();
            }

            if (StartFault.Describe(problem, options, data) is { } sentence)
            {
                throw sentence;
            }

            throw;
        }
    }

    private void SayStopping(WebApplication app)
    {
        // Work that is handed back is a fault to the bus, with a stack trace for each picture; it goes on at the next start.
        Silence(app, "MassTransit.ReceiveTransport");
        double seconds = app.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout.TotalSeconds;
        error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Stopping: what is being drawn has up to {seconds:0} s, the rest goes on at the next start. Ctrl-C again ends at once."));
    }

    private static void Silence(WebApplication app, string category)
    {
        app.Configuration[$"Logging:LogLevel:{category}"] = "None";
        ((IConfigurationRoot)app.Configuration).Reload();
    }

    private async Task SayKeyAsync(WebApplication app, CancellationToken stop)
    {
        // A database file is of this version already; a server's may not be.
        await app.Services.MigrateGatewayAsync(stop);
        if (string.IsNullOrEmpty(app.Configuration["Gateway:BootstrapKey"])
            && await app.Services.CreateFirstKeyAsync(app.Configuration["Gateway:BootstrapTenant"] ?? "default", stop) is { } key)
        {
            output.WriteLine($"API key, shown this once: {key}");
        }
    }

    /// <returns>False if it was told to stop before.</returns>
    private async Task<bool> WaitUntilReadyAsync(WebApplication app, CancellationToken stop)
    {
        HealthCheckService health = app.Services.GetRequiredService<HealthCheckService>();
        long started = time.GetTimestamp();
        bool said = false;
        // A host that was told to stop while it started is never ready.
        while (!app.Lifetime.ApplicationStopping.IsCancellationRequested && await health.CheckHealthAsync(stop) is { Status: HealthStatus.Unhealthy } report)
        {
            if (!said && time.GetElapsedTime(started) > Patience)
            {
                error.WriteLine($"Waiting for: {string.Join(", ", report.Entries.Where(entry => entry.Value.Status == HealthStatus.Unhealthy).Select(entry => entry.Key))}.");
                said = true;
            }

            await Task.Delay(Pause, time, stop);
        }

        return !app.Lifetime.ApplicationStopping.IsCancellationRequested;
    }
}
