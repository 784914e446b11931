using System.Diagnostics;
using Limner.Faults.Tests.Histories;
using Limner.TestServers;

namespace Limner.Faults.Tests.Cluster;

/// <summary>One service's Host as a process, which can be killed, told to stop, and started again.</summary>
internal sealed class ServiceProcess(string name, string program, IReadOnlyDictionary<string, string> environment, string log, Watchdog watchdog, History history) : IDisposable
{
    public const string DatabasePassword = "password-of-the-database-0123456789";

    /// <summary>The grace period is 15 s; the rest is for a machine that has other things to do.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(90);

    private const int EndedBySigterm = 128 + 15;

    private readonly SemaphoreSlim _one = new(1, 1);
    private Process? _process;
    private long _logBefore;

    public string Name => name;

    public string Log => log;

    /// <summary>What nobody may read in its log. RabbitMQ's password here is the user's name too.</summary>
    public IReadOnlyDictionary<string, string> Secrets { get; } = environment
        .Where(variable => variable.Key is "Gateway__BootstrapKey" or "Storage__SecretKey" or "Webhooks__EncryptionKeys").Append(KeyValuePair.Create("the database's password", DatabasePassword)).ToDictionary();

    /// <summary>Whether it runs; false tells that it ended by itself, since whoever ends it starts it again.</summary>
    public bool IsRunning => _process is { HasExited: false };

    public void Start()
    {
        // The shell becomes the program: what is killed is the service itself.
        var start = new ProcessStartInfo("bash", ["-c", "exec dotnet \"$0\" </dev/null >>\"$1\" 2>&1", program, log]);
        foreach ((string key, string value) in environment)
        {
            start.Environment[key] = value;
        }

        _logBefore = File.Exists(log) ? new FileInfo(log).Length : 0;
        _process = Process.Start(start) ?? throw new InvalidOperationException("bash could not be started.");
        watchdog.Watch(_process);
        history.Add($"{name} started");
    }

    /// <summary>SIGKILL, and started again.</summary>
    public Task KillAsync() => OneAtATimeAsync(async process =>
    {
        await EndAsync(process, name + " killed");
    });

    /// <summary>SIGKILL, and started again when <paramref name="meanwhile"/> is done.</summary>
    public Task WhileAwayAsync(Func<Task> meanwhile) => OneAtATimeAsync(async process =>
    {
        await EndAsync(process, name + " killed");
        await meanwhile();
    });

    /// <summary>SIGTERM, and started again when it has ended. With <paramref name="impatience"/>, SIGKILL after that time.</summary>
    public Task TerminateAsync(TimeSpan? impatience) => OneAtATimeAsync(async process =>
    {
        history.Add($"{name} told to stop");
        using (Process kill = Process.Start("bash", ["-c", $"kill -TERM {process.Id}"]))
        {
            await kill.WaitForExitAsync(CancellationToken.None);
        }

        try
        {
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(impatience ?? DrainLimit, TimeProvider.System);
            history.Add($"{name} ended with code {process.ExitCode}");
            // Before a host has started there is nothing to drain, and the signal ends it in the system's way.
            if (process.ExitCode != 0 && !(process.ExitCode == EndedBySigterm && !HasStarted()))
            {
                history.Blame($"{name} was told to stop and ended with code {process.ExitCode}, not 0");
            }
        }
        catch (TimeoutException)
        {
            if (impatience is null)
            {
                history.Blame($"{name} was told to stop and still ran {DrainLimit.TotalSeconds} s later");
            }

            await EndAsync(process, $"{name} killed while it drained");
        }
    });

    public void Dispose()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill();
            process.WaitForExit();
        }

        _process?.Dispose();
        _one.Dispose();
    }

    private bool HasStarted()
    {
        using FileStream written = new(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        written.Position = _logBefore;
        return new StreamReader(written).ReadToEnd().Contains("Running at", StringComparison.Ordinal);
    }

    private async Task OneAtATimeAsync(Func<Process, Task> end)
    {
        await _one.WaitAsync();
        try
        {
            Process process = _process ?? throw new InvalidOperationException($"{name} was not started.");
            if (process.HasExited)
            {
                history.Blame($"{name} had ended by itself with code {process.ExitCode}");
            }
            else
            {
                await end(process);
            }

            process.Dispose();
            Start();
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task EndAsync(Process process, string how)
    {
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        history.Add(how);
    }
}
