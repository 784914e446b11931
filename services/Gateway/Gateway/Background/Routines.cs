using Limner.Gateway.Batches;
using Limner.Gateway.Database;
using Limner.Gateway.Deadlines;
using Limner.Gateway.Dispatch;
using Limner.Gateway.Images;
using Limner.Gateway.Queue;
using Limner.Gateway.Retention;
using Limner.Gateway.Waiting;
using Limner.Gateway.Webhooks.Deliveries;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Background;

/// <summary>Everything the Gateway does without being asked, and how often.</summary>
internal static class Routines
{
    private static readonly TimeSpan BetweenRounds = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan NowAndThen = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AtLeast = TimeSpan.FromMinutes(1);

    /// <summary>At the latest: so soon another Gateway takes up what one that is gone was doing.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMinutes(1);

    public static void AddRoutines(this IServiceCollection services)
    {
        services.AddSingleton<Duties>();
        services.AddRoutine<Dispatcher>("Releasing jobs", DispatchAsync, NextRoundAsync);
        services.AddRoutine<WatchedJobs>("Looking at jobs that are watched", (watched, stop) => watched.LookAsync(stop), Every(AtOnce));
        services.AddRoutine<DeadlineSweep>("Ending late jobs", (sweep, stop) => sweep.SweepAsync(stop), Every(Soon));
        services.AddRoutine<SilentJobs>("Publishing silent jobs again", (silent, stop) => silent.PublishAgainAsync(stop), Every(Soon));
        services.AddMeasuring<QueueGauge>("Measuring the queue", (gauge, stop) => gauge.MeasureAsync(stop));
        services.AddRoutine<StorageProbe>("Looking at the object store", (probe, stop) => probe.LookAsync(stop), Every(NowAndThen));
        services.AddRoutine<BatchWork>("Working at batches", (batches, stop) => batches.RunAsync(stop), Every(Soon));
        services.AddDuty<FileSweep>("files", "Forgetting old files", (sweep, stop) => sweep.SweepAsync(stop), options => options.Interval);
        services.AddDuty<RetentionSweep>("jobs", "Forgetting old jobs", (sweep, stop) => sweep.SweepAsync(stop), options => options.Interval);
        services.AddDuty<OrphanSweep>("orphans", "Removing orphans", (sweep, stop) => sweep.SweepAsync(stop), options => options.OrphanInterval);
        services.AddDuty<UsageSweep>("usage", "Forgetting old entries of usage", (sweep, stop) => sweep.SweepAsync(stop), options => options.Interval);
        services.AddRoutine<DeliveryPump>("Sending webhooks", (pump, stop) => pump.RunAsync(stop), Every(Soon));
        services.AddMeasuring<DeliveryGauge>("Counting deliveries", (gauge, stop) => gauge.MeasureAsync(stop));
        services.AddDuty<DeliverySweep>("deliveries", "Forgetting old deliveries", (sweep, stop) => sweep.SweepAsync(stop), options => options.Interval);
    }

    private static async Task DispatchAsync(Dispatcher dispatcher, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && await dispatcher.ReleaseAsync(stop) > 0 && !dispatcher.IsPoolBusy)
        {
        }
    }

    // Every job that comes or ends asks for a round. One for many of them costs what one for one does; on an idle system it is long ago that there was one.
    private static async Task NextRoundAsync(IServiceProvider provider, CancellationToken stop)
    {
        TimeProvider time = provider.GetRequiredService<TimeProvider>();
        await Task.Delay(BetweenRounds, time, stop);
        await provider.GetRequiredService<DispatchSignal>().WaitAsync(provider.GetRequiredService<IOptions<DispatchOptions>>().Value.Poll, time, stop);
    }

    private static void AddRoutine<TWorker>(
        this IServiceCollection services, string name, Func<TWorker, CancellationToken, Task> work, Func<IServiceProvider, CancellationToken, Task> pause)
        where TWorker : notnull =>
        services.AddSingleton<IHostedService>(provider => Create(provider, name, stop => work(provider.GetRequiredService<TWorker>(), stop), stop => pause(provider, stop)));

    private static void AddMeasuring<TGauge>(this IServiceCollection services, string name, Func<TGauge, CancellationToken, Task> measure)
        where TGauge : notnull =>
        services.AddSingleton<IHostedService>(provider =>
        {
            TimeProvider time = provider.GetRequiredService<TimeProvider>();
            var pace = new Pace(NowAndThen, AtLeast, time);
            return Create(provider, name, stop => pace.MeasureAsync(() => measure(provider.GetRequiredService<TGauge>(), stop)), stop => Task.Delay(pace.Pause, time, stop));
        });

    /// <summary>What one of all Gateways does, so often as the settings say; each looks whether it is due.</summary>
    private static void AddDuty<TWorker>(
        this IServiceCollection services, string duty, string name, Func<TWorker, CancellationToken, Task> work, Func<RetentionOptions, TimeSpan> said)
        where TWorker : notnull =>
        services.AddSingleton<IHostedService>(provider =>
        {
            // Not before the settings are known to be right.
            TimeSpan Every() => said(provider.GetRequiredService<IOptions<RetentionOptions>>().Value);
            return Create(
                provider, name, stop => provider.GetRequiredService<Duties>().DoAsync(duty, Every(), end => work(provider.GetRequiredService<TWorker>(), end), stop),
                stop =>
                {
                    TimeSpan pause = Every() < BetweenLooks ? Every() : BetweenLooks;
                    return Task.Delay(pause, provider.GetRequiredService<TimeProvider>(), stop);
                });
        });

    private static RecurringWork Create(IServiceProvider provider, string name, Func<CancellationToken, Task> work, Func<CancellationToken, Task> pause) =>
        new(name, provider.GetRequiredService<Preparation>().WaitAsync, work, pause, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<RecurringWork>>());

    private static Func<IServiceProvider, CancellationToken, Task> Every(TimeSpan pause) =>
        (provider, stop) => Task.Delay(pause, provider.GetRequiredService<TimeProvider>(), stop);
}
