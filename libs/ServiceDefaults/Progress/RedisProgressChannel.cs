using System.Text.Json;
using System.Threading.Channels;
using Limner.ServiceDefaults.RedisServer;

namespace Limner.ServiceDefaults.Progress;

/// <summary>Progress over Redis's publish/subscribe, one channel for each job; the last of each is kept under a key.</summary>
internal sealed class RedisProgressChannel(RedisConnection redis) : IProgressChannel
{
    /// <summary>Longer than a job goes without a word.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(15);

    public Task<bool> PublishAsync(JobProgress progress)
    {
        byte[] last = JsonSerializer.SerializeToUtf8Bytes(progress with { Preview = null });
        return redis.PostAsync(Name(progress.JobId), progress.Preview is null ? last : JsonSerializer.SerializeToUtf8Bytes(progress), last, Kept);
    }

    public async Task<JobProgress?> LatestAsync(Guid jobId, CancellationToken cancellation) =>
        Read(await redis.CallAsync(async server => (byte[]?)await server.StringGetAsync(redis.Key(Name(jobId))), null, cancellation));

    public IAsyncEnumerable<JobProgress> SubscribeAsync(Guid jobId, CancellationToken cancellation)
    {
        Channel<JobProgress> queue = ProgressQueue.Create();
        Task<Action> listening = redis.ListenAsync(Name(jobId), message => Hear(message, queue));
        return ProgressQueue.ReadAsync(queue, () => _ = EndAsync(listening), cancellation);
    }

    private static void Hear(byte[] message, Channel<JobProgress> queue)
    {
        if (Read(message) is { } progress)
        {
            queue.Writer.TryWrite(progress);
        }
    }

    private static JobProgress? Read(byte[]? message)
    {
        try
        {
            return message is null ? null : JsonSerializer.Deserialize<JobProgress>(message);
        }
        catch (JsonException)
        {
            return null; // A worker of another version; nothing depends on what it said.
        }
    }

    private static async Task EndAsync(Task<Action> listening)
    {
        Action end = await listening;
        end();
    }

    private static string Name(Guid jobId) => $"progress:{jobId:N}";
}
