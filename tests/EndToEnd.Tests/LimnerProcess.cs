using System.Diagnostics;
using System.Globalization;

namespace Limner.EndToEnd.Tests;

/// <summary>The command line as a process of its own, killed when it outlives its time.</summary>
internal sealed class LimnerProcess : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly Task<string> _output;

    private LimnerProcess(string program, IEnumerable<string> arguments, string folder)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        _process.StandardInput.Close();
        _output = _process.StandardOutput.ReadToEndAsync();
    }

    public sealed record Result(int Code, string Output, string Error);

    public static LimnerProcess Start(TemporaryFolder folder, params string[] arguments) => new("dotnet", [Repository.Program, .. arguments], folder.Path);

    public static Result Run(TemporaryFolder folder, params string[] arguments)
    {
        using LimnerProcess process = Start(folder, arguments);
        return process.Finish();
    }

    /// <summary>A picture of the tiny model; fails the test if the command fails.</summary>
    public static Result Generate(TemporaryFolder folder, params string[] arguments)
    {
        Result result = Run(folder, ["generate", "--model", Repository.TinyModel, "--steps", "3", .. arguments]);
        Assert.True(result.Code == 0, $"exit code {result.Code}: {result.Error}");
        return result;
    }

    public static Result Bash(TemporaryFolder folder, string script)
    {
        using var process = new LimnerProcess("bash", ["-euo", "pipefail", "-c", script], folder.Path);
        return process.Finish();
    }

    /// <summary>Waits for the end. A process that takes longer than <paramref name="limit"/> (3 minutes) is killed and fails the test.</summary>
    public Result Finish(TimeSpan? limit = null)
    {
        TimeSpan time = limit ?? Limit;
        Task<string> error = _process.StandardError.ReadToEndAsync();
        try
        {
            // The streams end when the last process that writes to them does, which may be a child that was left behind.
            Task.WhenAll(_process.WaitForExitAsync(), _output, error).WaitAsync(time).GetAwaiter().GetResult();
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
            Assert.Fail($"The process was killed: it ran longer than {time.TotalSeconds} s.");
        }

        return new Result(_process.ExitCode, _output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    /// <summary>Reads standard error up to the first line that contains <paramref name="part"/>.</summary>
    public void WaitForLine(string part)
    {
        using var limit = new CancellationTokenSource(Limit);
        using CancellationTokenRegistration kill = limit.Token.Register(() => _process.Kill(entireProcessTree: true));
        var seen = new List<string>();
        while (_process.StandardError.ReadLine() is { } line)
        {
            seen.Add(line);
            if (line.Contains(part, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"The process ended before it wrote a line with '{part}', but:\n{string.Join('\n', seen)}");
    }

    public void Signal(string name)
    {
        // The shell's own kill: the program of that name is not on a bare machine.
        using Process kill = Process.Start("bash", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -s {name} {_process.Id}")]);
        Assert.True(kill.WaitForExit(Limit));
        Assert.Equal(0, kill.ExitCode);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
