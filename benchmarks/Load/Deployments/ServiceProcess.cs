using System.Diagnostics;
using Limner.TestServers;

namespace Limner.Load.Deployments;

/// <summary>One service as a process, which says to us what it says to nobody else: what went wrong.</summary>
internal sealed class ServiceProcess
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(40);

    private readonly string _name;
    private readonly Process _process;

    public ServiceProcess(ServiceProgram program, IReadOnlyDictionary<string, string> environment, Watchdog watchdog)
    {
        _name = program.Name;
        // The report has standard output to itself.
        var start = new ProcessStartInfo("bash", ["-c", "exec dotnet \"$@\" </dev/null >&2", "bash", program.Assembly, .. program.Arguments]);
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start) ?? throw new InvalidOperationException("bash could not be started.");
        watchdog.Watch(_process);
    }

    public int Id => _process.Id;

    public double ProcessorSeconds()
    {
        _process.Refresh();
        return _process.TotalProcessorTime.TotalSeconds;
    }

    public void ThrowIfEnded()
    {
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"{_name} ended with code {_process.ExitCode}; it said why above.");
        }
    }

    public async Task StopAsync()
    {
        if (!_process.HasExited)
        {
            using (var kill = Process.Start("bash", ["-c", $"kill -TERM {_process.Id}"]))
            {
                await kill.WaitForExitAsync();
            }

            try
            {
                await _process.WaitForExitAsync().WaitAsync(DrainLimit);
            }
            catch (TimeoutException)
            {
                _process.Kill();
            }
        }

        _process.Dispose();
    }
}
