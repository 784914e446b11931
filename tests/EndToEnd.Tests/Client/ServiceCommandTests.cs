using Limner.EndToEnd.Tests.Serving;

namespace Limner.EndToEnd.Tests.Client;

/// <summary>Tests of commands that ask a running service.</summary>
public abstract class ServiceCommandTests(SharedLimner shared)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    internal ServingLimner Limner => shared.Limner;

    internal string[] Service => [.. Address, "--key", Limner.Key!];

    internal string[] Address => ["--server", Limner.Client.Http.BaseAddress!.AbsoluteUri];

    /// <summary>Runs a command, which ends with this code, and says why in one line if it is not 0.</summary>
    internal LimnerProcess.Result Run(int code, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        return Ended(code, LimnerProcess.Run(folder, [.. arguments, .. Service]));
    }

    /// <summary>The same without a process.</summary>
    internal LimnerProcess.Result RunHere(int code, params string[] arguments) => Ended(code, InProcess.Run([.. arguments, .. Service]));

    private static LimnerProcess.Result Ended(int code, LimnerProcess.Result result)
    {
        Assert.True(result.Code == code, $"exit code {result.Code}: {result.Error}");
        if (code != 0)
        {
            Assert.Single(result.Error.TrimEnd('\n').Split('\n'), line => !line.Contains("(seed ", StringComparison.Ordinal));
        }

        return result;
    }

    internal static async Task UntilAsync(Func<string> look, Func<string, bool> isThere)
    {
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        while (look() is var seen && !isThere(seen))
        {
            Assert.False(limit.IsCancellationRequested, seen);
            await Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
