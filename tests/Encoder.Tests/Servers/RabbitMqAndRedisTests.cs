using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Contracts.Prompts;
using Limner.Fixtures.Workers;
using Limner.ServiceDefaults.Conditioning;
using Limner.TestServers;
using MassTransit;

namespace Limner.Encoder.Tests.Servers;

public sealed class RabbitMqAndRedisTests
{
    [Fact]
    public async Task A_process_that_has_to_stop_hands_its_job_back_and_another_leaves_the_same_bits_in_Redis()
    {
        (TestRabbitMq rabbit, TestRedis redis) = (await TestRabbitMq.SharedAsync(), await TestRedis.SharedAsync());
        Dictionary<string, string?> settings = rabbit.Settings(await rabbit.CreateVirtualHostAsync());
        settings["Redis:Connection"] = redis.Connection;
        settings["Shutdown:GraceSeconds"] = "3";
        var log = new EventLog();

        using var hold = new ManualResetEventSlim();
        await using ServiceUnderTest first = await EncoderUnderTest.StartAsync(settings, log);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        first.Progress.Then = _ =>
        {
            begun.TrySetResult();
            hold.Wait(EventLog.Patience);
        };
        // Redis may be shared and keep what an earlier run left there: a seed of its own makes keys of its own.
        JobDescription job = ServiceUnderTest.Job(EncoderUnderTest.Request with { Seed = BitConverter.ToUInt64(Guid.NewGuid().ToByteArray()) });
        await first.ApproveAsync(job);
        await begun.Task.WaitAsync(EventLog.Patience, TestContext.Current.CancellationToken);
        await first.StopAsync();
        hold.Set();

        await using ServiceUnderTest second = await EncoderUnderTest.StartAsync(settings, log);
        byte[][] expected = EncoderUnderTest.Encode(job.Request);
        foreach (ImageEncoded encoded in await EncodedAsync(log, job.Request.Candidates))
        {
            byte[]? kept = await second.Get<IConditioningCache>().GetAsync(encoded.ConditioningKey, TestContext.Current.CancellationToken);
            Assert.Equal(expected[encoded.Candidate], kept);
        }

        Assert.Empty(log.Unread<Fault<PromptApproved>>());
    }

    private static async Task<List<ImageEncoded>> EncodedAsync(EventLog log, int count)
    {
        var events = new List<ImageEncoded>();
        while (events.Count < count)
        {
            events.Add(await log.NextAsync<ImageEncoded>());
        }

        return events;
    }
}
