using Microsoft.Extensions.DependencyInjection;

namespace Limner.ServiceDefaults.Health;

/// <summary>
/// One question to a dependency for everybody who asks at the same time, and its good answer for a second more: whoever reaches the port may ask as often as he likes, and the
/// object store writes for each question.
/// </summary>
internal sealed class SharedAnswer(Func<IServiceProvider, CancellationToken, Task<bool>> isAvailable, TimeSpan limit)
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Task<bool>? _asked;
    private long _good; // the timestamp of the last good answer; 0 if the last one was not good

    public Task<bool> AskAsync(IServiceScopeFactory scopes, TimeProvider time)
    {
        lock (_lock)
        {
            if (_asked is { IsCompleted: false } running)
            {
                return running;
            }

            long good = Volatile.Read(ref _good);
            return good != 0 && time.GetElapsedTime(good) < Kept ? Task.FromResult(true) : _asked = Task.Run(() => LookAsync(scopes, time));
        }
    }

    private async Task<bool> LookAsync(IServiceScopeFactory scopes, TimeProvider time)
    {
        bool isThere = false;
        try
        {
            using var end = new CancellationTokenSource(limit, time);
            await using AsyncServiceScope scope = scopes.CreateAsyncScope();
            return isThere = await isAvailable(scope.ServiceProvider, end.Token);
        }
        finally
        {
            Volatile.Write(ref _good, isThere ? time.GetTimestamp() : 0);
        }
    }
}
