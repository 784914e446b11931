using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Limner.ServiceDefaults.Progress;

/// <summary>What one listener has not read yet. Old progress is worth nothing, so a listener that is too slow loses the oldest and nobody waits for it.</summary>
internal static class ProgressQueue
{
    public const int Length = 64;

    public static Channel<JobProgress> Create() =>
        Channel.CreateBounded<JobProgress>(new BoundedChannelOptions(Length) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    /// <summary>Reads until cancelled; <paramref name="end"/> is called then, also if nobody ever began to read, and maybe twice.</summary>
    public static IAsyncEnumerable<JobProgress> ReadAsync(Channel<JobProgress> queue, Action end, CancellationToken cancellation) =>
        ReadAllAsync(queue, end, cancellation.Register(end), cancellation);

    private static async IAsyncEnumerable<JobProgress> ReadAllAsync(
        Channel<JobProgress> queue, Action end, CancellationTokenRegistration ending, [EnumeratorCancellation] CancellationToken cancellation)
    {
        try
        {
            await foreach (JobProgress progress in queue.Reader.ReadAllAsync(cancellation))
            {
                yield return progress;
            }
        }
        finally
        {
            await ending.DisposeAsync();
            end();
        }
    }
}
