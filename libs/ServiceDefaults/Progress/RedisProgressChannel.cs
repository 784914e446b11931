using System.Text.Json;
using System.Threading.Channels;
using Limner.ServiceDefaults.RedisServer;

namespace Limner.ServiceDefaults.Progress;

/// <summary>Progress over Redis's publish/subscribe, one channel for each job.</summary>
internal sealed class RedisProgressChannel(RedisConnection redis) : IProgressChannel
{
    public void Publish(JobProgress progress) => redis.Post(Name(progress.JobId), JsonSerializer.SerializeToUtf8Bytes(progress));

    public IAsyncEnumerable<JobProgress> SubscribeAsync(Guid jobId, CancellationToken cancellation)
    {
        Channel<JobProgress> queue = ProgressQueue.Create();
        Task<Action> listening = redis.ListenAsync(Name(jobId), message => Hear(message, queue));
        return ProgressQueue.ReadAsync(queue, () => _ = EndAsync(listening), cancellation);
    }

    private static void Hear(byte[] message, Channel<JobProgress> queue)
    {
        try
        {
            if (JsonSerializer.Deserialize<JobProgress>(message) is { } progress)
            {
                queue.Writer.TryWrite(progress);
            }
        }
        catch (JsonException)
        {
            // A worker of another version; nothing depends on what it said.
        }
    }

    private static async Task EndAsync(Task<Action> listening)
    {
        Action end = await listening;
        end();
    }

    private static string Name(Guid jobId) => $"progress:{jobId:N}";
}
