using System.Threading.Channels;

namespace Limner.ServiceDefaults.Progress;

/// <summary>What one listener has not read yet. Old progress is worth nothing, so a listener that is too slow loses the oldest and nobody waits for it.</summary>
internal static class ProgressQueue
{
    public const int Length = 64;

    public static Channel<JobProgress> Create() =>
        Channel.CreateBounded<JobProgress>(new BoundedChannelOptions(Length) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
}
