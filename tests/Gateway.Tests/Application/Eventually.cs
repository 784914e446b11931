namespace Limner.Gateway.Tests.Application;

/// <summary>Waits for what happens in the background, and not for ever.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan? most = null)
    {
        using var limit = new CancellationTokenSource(most ?? Limit);
        while (!await condition())
        {
            await Task.Delay(Pause, TimeProvider.System, limit.Token);
        }
    }

    public static Task TrueAsync(Func<bool> condition) => TrueAsync(() => Task.FromResult(condition()));
}
