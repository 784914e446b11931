using System.Diagnostics;

namespace Limner.TestServers;

/// <summary>Kills what this program started, however the program itself ends: when its end of the pipe closes.</summary>
public sealed class Watchdog : IDisposable
{
    // A session of its own: Ctrl-C must not take the one that cleans up. "clear" is the orderly end.
    private const string Script = "pids=; while read -r line; do if [ \"$line\" = clear ]; then pids=; else pids=\"$pids $line\"; fi; done; [ -z \"$pids\" ] || kill -KILL $pids 2>/dev/null";

    private readonly Process _shell = Process.Start(new ProcessStartInfo("setsid", ["bash", "-c", Script]) { RedirectStandardInput = true })
        ?? throw new InvalidOperationException("setsid could not be started.");

    /// <summary>From now on, this process ends with us.</summary>
    public void Watch(Process process)
    {
        lock (_shell)
        {
            _shell.StandardInput.WriteLine(process.Id);
            _shell.StandardInput.Flush();
        }
    }

    public void Dispose()
    {
        _shell.StandardInput.WriteLine("clear");
        _shell.StandardInput.Close();
        _shell.WaitForExit(TimeSpan.FromSeconds(30));
        _shell.Dispose();
    }
}
