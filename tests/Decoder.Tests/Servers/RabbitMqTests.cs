using Limner.Contracts.Images;
using Limner.Fixtures.Workers;
using Limner.TestServers;
using MassTransit;

namespace Limner.Decoder.Tests.Servers;

/// <summary>Several Decoders on one real queue.</summary>
public sealed class RabbitMqTests
{
    [Fact]
    public async Task A_process_that_has_to_stop_hands_its_candidate_back_and_another_draws_the_same_bytes()
    {
        var (settings, log) = (await SettingsAsync(), new EventLog());
        settings["Shutdown:GraceSeconds"] = "3";
        using var hold = new ManualResetEventSlim();
        await using var first = await DecoderUnderTest.StartAsync(settings, log: log);
        var begun = HoldFrom(first, hold);
        var job = ServiceUnderTest.Job(DecoderUnderTest.Request);
        await first.PublishAsync(DecoderUnderTest.Encoded(job));
        await begun.WaitAsync(EventLog.Patience, TestContext.Current.CancellationToken);

        await first.StopAsync();
        hold.Set();
        Assert.Empty(log.Unread<ImageDecoded>());
        await using var second = await DecoderUnderTest.StartAsync(settings, log: log);
        var decoded = await log.NextAsync<ImageDecoded>();
        Assert.Equal(job, decoded.Job);
        Assert.Equal(DecoderUnderTest.Draw(job.Request)[0], await second.StoredAsync(decoded.Image.Key));
        Assert.Empty(log.Unread<Fault<ImageEncoded>>());
    }

    [Fact]
    public async Task A_process_takes_no_more_than_its_slots_and_a_few_ahead_so_the_others_have_the_rest()
    {
        var (settings, log) = (await SettingsAsync(), new EventLog());
        settings["Decoder:Slots"] = "2";
        settings["Decoder:Ahead"] = "1";
        using var hold = new ManualResetEventSlim();
        await using var busy = await DecoderUnderTest.StartAsync(settings, log: log);
        var begun = HoldFrom(busy, hold);
        var jobs = Enumerable.Range(0, 8).Select(seed => ServiceUnderTest.Job(DecoderUnderTest.Request with { Seed = (ulong)seed })).ToArray();
        foreach (var job in jobs)
            await busy.PublishAsync(DecoderUnderTest.Encoded(job));
        await begun.WaitAsync(EventLog.Patience, TestContext.Current.CancellationToken);

        await using (var idle = await DecoderUnderTest.StartAsync(settings, log: log))
        {
            for (var i = 0; i < 5; i++)
                await log.NextAsync<ImageDecoded>();
            Assert.Empty(log.Unread<ImageDecoded>());
        }

        hold.Set();
        for (var i = 0; i < 3; i++)
            await log.NextAsync<ImageDecoded>();
    }

    private static async Task<Dictionary<string, string?>> SettingsAsync()
    {
        var server = await TestRabbitMq.SharedAsync();
        return server.Settings(await server.CreateVirtualHostAsync());
    }

    // The engine's thread waits in its first step, so that it is under way for as long as the test wants.
    private static Task HoldFrom(ServiceUnderTest decoder, ManualResetEventSlim hold)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        decoder.Progress.Then = _ =>
        {
            begun.TrySetResult();
            hold.Wait(EventLog.Patience);
        };
        return begun.Task;
    }
}
