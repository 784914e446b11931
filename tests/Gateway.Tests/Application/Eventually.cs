using System.Runtime.CompilerServices;

namespace Limner.Gateway.Tests.Application;

/// <summary>Waits for what happens in the background, and not for ever.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan? most = null, [CallerArgumentExpression(nameof(condition))] string awaited = "")
    {
        using var limit = new CancellationTokenSource(most ?? Limit);
        while (!await condition())
        {
            if (limit.IsCancellationRequested)
            {
                Assert.Fail($"Waited {(most ?? Limit).TotalSeconds} s in vain for {awaited}");
            }

            await Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public static Task TrueAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string awaited = "") => TrueAsync(() => Task.FromResult(condition()), awaited: awaited);
}
