using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Limner.Gateway.Background;

/// <summary>
/// Something the Gateway does again and again, once it is <paramref name="prepared"/>. After a failure the next time comes as if nothing had happened, since
/// servers come back; the first is logged with its trace, and one line a minute tells that it still fails: a night without a database fills no disk.
/// </summary>
internal sealed partial class RecurringWork(
    string name, Func<CancellationToken, Task> prepared, Func<CancellationToken, Task> work, Func<CancellationToken, Task> pause, TimeProvider time, ILogger<RecurringWork> log)
    : BackgroundService
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);
    private const int FailuresToALine = 60;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await prepared(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        int failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await work(stoppingToken);
                failures = 0;
                await pause(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                if (failures++ == 0)
                {
                    LogFailed(fault, name);
                }
                else if (failures % FailuresToALine == 0)
                {
                    LogFailing(name, failures, fault.GetBaseException().Message);
                }

                await Task.Delay(AfterFailure, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Work} failed and is tried again")]
    private partial void LogFailed(Exception fault, string work);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Work} failed {Failures} times in a row and is tried again: {Reason}")]
    private partial void LogFailing(string work, int failures, string reason);
}
