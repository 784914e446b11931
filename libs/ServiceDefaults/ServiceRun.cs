using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Limner.ServiceDefaults;

/// <summary>The life of a service's process.</summary>
public static partial class ServiceRun
{
    /// <summary>After the grace everything was told to stop at once; what has not ended this much later does not end.</summary>
    private static readonly TimeSpan Overtime = TimeSpan.FromSeconds(2);

    /// <summary>A service's main, in which what whoever started it has to mend is no crash: it ends with a sentence as the last line of standard error.</summary>
    /// <param name="main">All of it, from the making of its host.</param>
    /// <param name="toMend">Exceptions whose message says what to mend, beside those of settings.</param>
    /// <returns>The exit status: 0, unless a part of it ended the process because something failed.</returns>
    public static async Task<int> ExplainAsync(Func<Task> main, params Type[] toMend)
    {
        ArgumentNullException.ThrowIfNull(main);
        try
        {
            await main();
            return Environment.ExitCode;
        }
        catch (Exception problem) when (problem is OptionsValidationException || toMend.Any(type => type.IsInstanceOfType(problem)))
        {
            await Console.Error.WriteLineAsync(problem.Message);
            return 1;
        }
    }

    /// <summary>
    /// Runs until the process is told to stop, and then for its grace at most. The host throws if it is told to stop while it is still starting, which would end the
    /// process as a crash does; here it is an end like any other. And the host waits for every part of it however long it takes: MassTransit waits without limit for
    /// an endpoint that is connecting, which RabbitMQ's client can leave waiting. That part is left behind; what it had in hand, the broker delivers again.
    /// </summary>
    /// <exception cref="Exception">Whatever else made its start or its stop fail.</exception>
    public static async Task RunUntilStoppedAsync(this IHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        IHostApplicationLifetime lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        ILogger log = host.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ServiceRun));
        TimeSpan grace = host.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout, longest = grace + Overtime;
        (CancellationToken started, CancellationToken stopping) = (lifetime.ApplicationStarted, lifetime.ApplicationStopping);
        using var overdue = new CancellationTokenSource();
        await using CancellationTokenRegistration saying = started.Register(() =>
        {
            string addresses = AddressesOf(host);
            LogRunning(log, addresses);
        });
        await using CancellationTokenRegistration counting = stopping.Register(() =>
        {
            LogStopping(log, grace.TotalSeconds);
            overdue.CancelAfter(longest);
        });
        try
        {
            await host.RunAsync(CancellationToken.None).WaitAsync(overdue.Token);
        }
        catch (Exception fault) when (stopping.IsCancellationRequested && !started.IsCancellationRequested && IsCancelled(fault))
        {
        }
        catch (OperationCanceledException) when (overdue.IsCancellationRequested)
        {
            LogOverdue(log, longest.TotalSeconds);
        }
    }

    private static string AddressesOf(IHost host) =>
        string.Join(", ", host.Services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses ?? []);

    private static bool IsCancelled(Exception fault) => fault switch
    {
        OperationCanceledException => true,
        AggregateException all => all.InnerExceptions.All(IsCancelled),
        _ => false,
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "Running at {Addresses}")]
    private static partial void LogRunning(ILogger log, string addresses);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopping: what is under way has up to {Seconds} s, the rest is handed back")]
    private static partial void LogStopping(ILogger log, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not everything had stopped after {Seconds} s; the process ends without it")]
    private static partial void LogOverdue(ILogger log, double seconds);
}
