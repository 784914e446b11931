using System.Diagnostics;

namespace Limner.TestServers;

/// <summary>
/// A server that eng/servers/serve.sh runs. It lives as long as this process holds the other end of its standard input, so it ends however this process ends.
/// </summary>
internal sealed class ScriptServer : IServerControl
{
    /// <summary>Installing packages is part of the first start; and a loaded machine is no reason to fail.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromMinutes(20);

    private readonly string _name;
    private readonly Process _script;
    private readonly SemaphoreSlim _one = new(1);

    public ScriptServer(string name, IReadOnlyList<int> ports)
    {
        _name = name;
        string folder = Path.Combine(Path.GetTempPath(), $"limner-{name}-{Guid.NewGuid():N}"[..24]);
        // Its own session: a signal to the test program's group, Ctrl-C or a kill, must not take the one that cleans up.
        var start = new ProcessStartInfo("setsid", ["bash", Script(), name, folder, .. ports.Select(port => $"{port}")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _script = Process.Start(start) ?? throw new InvalidOperationException("setsid could not be started.");
    }

    public Task StartAsync() => TellAsync("start");

    public Task StopAsync() => TellAsync("stop");

    public Task KillAsync() => TellAsync("kill");

    public Task FillAsync(bool isFull) => TellAsync(isFull ? "fill" : "clear");

    public async ValueTask DisposeAsync()
    {
        _script.StandardInput.Close();
        await _script.WaitForExitAsync(CancellationToken.None);
        _script.Dispose();
        _one.Dispose();
    }

    private async Task TellAsync(string command)
    {
        await _one.WaitAsync();
        try
        {
            await _script.StandardInput.WriteLineAsync(command);
            await _script.StandardInput.FlushAsync();
            string? answer = await _script.StandardOutput.ReadLineAsync().WaitAsync(AnswerLimit);
            if (answer != "ok")
            {
                throw new InvalidOperationException($"{_name}: {answer ?? "its script ended"} (while asked to {command})");
            }
        }
        finally
        {
            _one.Release();
        }
    }

    private static string Script()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Limner.slnx")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.FullName ?? throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Limner.slnx."), "eng", "servers", "serve.sh");
    }
}
