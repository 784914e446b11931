using Limner.Gateway.Batches;
using Limner.Gateway.Dispatch;
using Limner.Gateway.Keys;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Database;

/// <summary>
/// What has to be done once before serving: migrate, if that is this process's task, and keep the first key. A file is prepared before anything else
/// starts; a server that is away delays readiness, not the start.
/// </summary>
internal sealed partial class Preparation(
    Migrator migrator, KeyLedger keys, SilentJobs silent, BatchLedger batches, IOptions<DatabaseOptions> database, IOptions<GatewayOptions> gateway, TimeProvider time, ILogger<Preparation> log)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private bool IsFile => !database.Value.IsPostgres;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (IsFile)
        {
            await PrepareAsync(cancellationToken);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!IsFile && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                await PrepareAsync(stoppingToken);
                return;
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                LogWaiting(fault.Message);
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task PrepareAsync(CancellationToken cancellation)
    {
        if (IsFile || database.Value.MigrateAtStart)
        {
            await migrator.MigrateAsync(cancellation);
        }

        if (gateway.Value.BootstrapKey is { Length: > 0 } key)
        {
            await keys.KeepAsync(key, KeyTerms.Operator(gateway.Value.BootstrapTenant, "bootstrap"), cancellation);
        }

        if (IsFile)
        {
            await silent.ForgetHeardAsync(cancellation);
            await batches.ForgetHoldersAsync(cancellation);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database is not ready yet: {Reason}")]
    private partial void LogWaiting(string reason);
}
