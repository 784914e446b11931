using Limner.Gateway.Batches;
using Limner.Gateway.Dispatch;
using Limner.Gateway.Keys;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Database;

/// <summary>
/// What has to be done once before serving: migrate, or wait for whoever does, and keep the first key. A file is prepared before anything else
/// starts; a server that is away delays readiness, not the start.
/// </summary>
internal sealed partial class Preparation(
    Migrator migrator, KeyLedger keys, SilentJobs silent, BatchLedger batches, IOptions<DatabaseOptions> database, IOptions<GatewayOptions> gateway, TimeProvider time, ILogger<Preparation> log)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource _prepared = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool IsFile => !database.Value.IsPostgres;

    /// <summary>Returns when the tables are there.</summary>
    public Task WaitAsync(CancellationToken cancellation) => _prepared.Task.WaitAsync(cancellation);

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
        else if (!await migrator.IsCurrentAsync(cancellation))
        {
            throw new InvalidOperationException("It is not of this version; the command 'migrate' makes it so, and so does Database__MigrateAtStart=true.");
        }

        if (gateway.Value.BootstrapKey is { Length: > 0 } key)
        {
            await keys.KeepAsync(key, KeyTerms.Operator(gateway.Value.BootstrapTenant, "bootstrap"), cancellation);
        }
        else if (!IsFile && await keys.IsEmptyAsync(cancellation))
        {
            LogNoKey();
        }

        if (IsFile)
        {
            await silent.ForgetHeardAsync(cancellation);
            await batches.ForgetHoldersAsync(cancellation);
        }

        _prepared.SetResult();
        LogReady(database.Value.Provider);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The database ({Provider}) is ready")]
    private partial void LogReady(string provider);

    [LoggerMessage(Level = LogLevel.Warning, Message = "There is no API key, so nobody can call: set Gateway:BootstrapKey (with compose LIMNER_FIRST_KEY in .env) and start again")]
    private partial void LogNoKey();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database is not ready yet: {Reason}")]
    private partial void LogWaiting(string reason);
}
