using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Limner.EndToEnd.Tests.Serving;

/// <summary><c>limner serve</c> as a process of its own, on the tiny latent model or the shipped one, at a port that the system picks.</summary>
internal sealed partial class ServingLimner : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServingLimner(TemporaryFolder folder, string? key, string model, params (string Name, string Value)[] settings)
    {
        (Key, Data) = (key, folder.At("data"));
        var start = new ProcessStartInfo("dotnet", [Repository.Program, "serve", "--data", Data, "--url", "http://127.0.0.1:0", "--model", model, "--provider", "cpu", "--threads", "1"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in settings)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public static string LatentModel { get; } = Path.Combine(Repository.Root, "tests/fixtures/latent_tiny");

    public string Data { get; }

    /// <summary>What it has logged so far.</summary>
    public string Log => string.Join('\n', _errors);

    /// <summary>The key that it printed, or the one it was started with.</summary>
    public string? Key { get; private set; }

    public bool PrintedKey { get; private set; }

    public JobClient Client { get; private set; } = null!;

    /// <summary>The most memory that was resident at once so far, in bytes.</summary>
    public long PeakMemory => 1024 * long.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    /// <summary>Started and ready. <paramref name="key"/> is that of an earlier start on the same folder.</summary>
    public static Task<ServingLimner> StartAsync(TemporaryFolder folder, string? key = null, params (string Name, string Value)[] settings) =>
        // The model makes 64x64 and 128x128, and has no concepts to judge images by.
        StartAsync(new ServingLimner(folder, key, LatentModel, [("Gateway__Sizes", "64,128"), ("Moderation__Images__Unchecked", "true"), .. settings]));

    /// <summary>The same on the shipped model, as it is used.</summary>
    public static Task<ServingLimner> StartShippedAsync(TemporaryFolder folder) => StartAsync(new ServingLimner(folder, null, Repository.DefaultModel));

    private static async Task<ServingLimner> StartAsync(ServingLimner limner)
    {
        try
        {
            string address = await limner._ready.Task.WaitAsync(Limit);
            limner.Client = new JobClient(new Uri(address), limner.Key ?? throw new InvalidOperationException("It printed no key."));
            return limner;
        }
        catch
        {
            limner.Dispose();
            throw;
        }
    }

    public async Task<int> TerminateAsync()
    {
        using Process kill = Process.Start("bash", ["-c", $"kill -TERM {_process.Id}"]);
        await kill.WaitForExitAsync().WaitAsync(Limit);
        await _process.WaitForExitAsync().WaitAsync(Limit);
        return _process.ExitCode;
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Limit);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        Client?.Dispose();
        _process.Dispose();
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            _ready.TrySetException(new InvalidOperationException($"It ended before it was ready: {string.Join('\n', _errors)}"));
        }
        else if (KeyLine().Match(line) is { Success: true } key)
        {
            (Key, PrintedKey) = (key.Value, true);
        }
        else if (ReadyLine().Match(line) is { Success: true } ready)
        {
            _ready.TrySetResult(ready.Groups[1].Value);
        }
    }

    [GeneratedRegex("lmn_[A-Za-z0-9_-]{24,}$")]
    private static partial Regex KeyLine();

    [GeneratedRegex("^Limner is ready at (http://[^ ,]+)")]
    private static partial Regex ReadyLine();
}
