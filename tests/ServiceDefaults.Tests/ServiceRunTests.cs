using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Limner.ServiceDefaults.Tests;

[Collection("Environment.ExitCode")]
public sealed class ServiceRunTests
{
    [Fact]
    public async Task Being_told_to_stop_while_it_starts_is_no_crash()
    {
        (Task starting, IHost host) = Build(async cancellation => await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation));
        IHostApplicationLifetime lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        Task run = host.RunUntilStoppedAsync();
        await starting;
        lifetime.StopApplication();
        await run;
        Assert.False(lifetime.ApplicationStarted.IsCancellationRequested);
    }

    [Fact]
    public async Task What_fails_at_the_start_is_told_also_when_it_was_told_to_stop()
    {
        (Task starting, IHost host) = Build(async cancellation =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new InvalidOperationException("no model");
        });
        IHostApplicationLifetime lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        Task run = host.RunUntilStoppedAsync();
        await starting;
        lifetime.StopApplication();
        Assert.Equal("no model", (await Assert.ThrowsAsync<InvalidOperationException>(() => run)).Message);
    }

    [Fact]
    public async Task What_never_stops_is_left_behind_when_the_grace_is_over()
    {
        (Task starting, IHost host) = Build(_ => Task.CompletedTask, () => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System));
        Task run = host.RunUntilStoppedAsync();
        await starting;
        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await run.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_somebody_has_to_mend_ends_with_a_sentence_and_anything_else_as_a_crash()
    {
        Environment.ExitCode = 0;
        Assert.Equal(0, await ServiceRun.ExplainAsync(() => Task.CompletedTask));
        Assert.Equal(1, await ServiceRun.ExplainAsync(() => throw new FileNotFoundException("no model"), typeof(IOException)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => ServiceRun.ExplainAsync(() => throw new InvalidOperationException("ours"), typeof(IOException)));
    }

    private static (Task Starting, IHost Host) Build(Func<CancellationToken, Task> start, Func<Task>? stop = null)
    {
        var starting = new TaskCompletionSource();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(100));
        builder.Services.AddHostedService(_ => new Slow(
            cancellation =>
            {
                starting.SetResult();
                return start(cancellation);
            },
            stop ?? (() => Task.CompletedTask)));
        return (starting.Task, builder.Build());
    }

    private sealed class Slow(Func<CancellationToken, Task> start, Func<Task> stop) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => start(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => stop();
    }
}
