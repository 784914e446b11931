using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Limner.Gateway.Background;

/// <summary>
/// Something the Gateway does again and again, once it is <paramref name="prepared"/>. A failure is logged and the next time comes as if nothing had
/// happened: servers come back.
/// </summary>
internal sealed partial class RecurringWork(
    string name, Func<CancellationToken, Task> prepared, Func<CancellationToken, Task> work, Func<CancellationToken, Task> pause, TimeProvider time, ILogger<RecurringWork> log)
    : BackgroundService
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await prepared(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await work(stoppingToken);
                await pause(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                LogFailed(fault, name);
                await Task.Delay(AfterFailure, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Work} failed and is tried again")]
    private partial void LogFailed(Exception fault, string work);
}
