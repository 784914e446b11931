using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Decoder.Decoding;
using Limner.Decoder.Tests.Decoding;
using Limner.Fixtures.Workers;
using Limner.TestServers;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Limner.Decoder.Tests.Servers;

/// <summary>Several Decoders on one real queue.</summary>
public sealed class RabbitMqTests
{
    [Fact]
    public async Task A_process_that_has_to_stop_hands_its_candidate_back_and_another_draws_the_same_bytes()
    {
        (Dictionary<string, string?> settings, EventLog log) = (await SettingsAsync(), new EventLog());
        settings["Shutdown:GraceSeconds"] = "3";
        using var hold = new ManualResetEventSlim();
        await using ServiceUnderTest first = await DecoderUnderTest.StartAsync(settings, log: log);
        Task begun = HoldFrom(first, hold);
        JobDescription job = ServiceUnderTest.Job(DecoderUnderTest.Request);
        await first.PublishAsync(DecoderUnderTest.Encoded(job));
        await begun.WaitAsync(EventLog.Patience, TestContext.Current.CancellationToken);

        await first.StopAsync();
        hold.Set();
        Assert.Empty(log.Unread<ImageDecoded>());
        await using ServiceUnderTest second = await DecoderUnderTest.StartAsync(settings, log: log);
        ImageDecoded decoded = await log.NextAsync<ImageDecoded>();
        Assert.Equal(job, decoded.Job);
        Assert.Equal(DecoderUnderTest.Draw(job.Request)[0], await second.StoredAsync(decoded.Image.Key));
        Assert.Empty(log.Unread<Fault<ImageEncoded>>());
    }

    [Fact]
    public async Task A_process_whose_engine_fails_one_after_the_other_ends_and_another_draws_what_it_had_in_hand()
    {
        (Dictionary<string, string?> settings, EventLog log) = (await SettingsAsync(), new EventLog());
        settings["Shutdown:GraceSeconds"] = "3";
        var device = new Device();
        await using ServiceUnderTest broken = await DecoderUnderTest.StartAsync(settings, services => services.AddSingleton<TimeProvider>(device), log);
        device.IsLost = true;
        JobDescription[] jobs = Enumerable.Range(0, 5).Select(_ => ServiceUnderTest.Job(DecoderUnderTest.Request)).ToArray();
        foreach (JobDescription? job in jobs)
        {
            await broken.PublishAsync(DecoderUnderTest.Encoded(job));
        }

        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration told = broken.Get<IHostApplicationLifetime>().ApplicationStopping.Register(ended.SetResult);
        await ended.Task.WaitAsync(EventLog.Patience, TestContext.Current.CancellationToken);
        Assert.False(broken.Get<DecoderEngine>().IsRunning);
        await broken.StopAsync();

        await using ServiceUnderTest second = await DecoderUnderTest.StartAsync(settings, log: log);
        List<Guid> ends = [];
        for (int i = 0; i < 2; i++)
        {
            ends.Add((await log.NextAsync<Fault<ImageEncoded>>()).Message.Job.JobId);
        }

        for (int i = 0; i < 3; i++)
        {
            ends.Add((await log.NextAsync<ImageDecoded>()).Job.JobId);
        }

        Assert.Equal(jobs.Select(job => job.JobId).Order(), ends.Order());
        Assert.Empty(log.Unread<Fault<ImageEncoded>>());
    }

    [Fact]
    public async Task An_edit_that_comes_again_to_another_process_is_the_same_object_under_the_same_key()
    {
        using var folder = new TemporaryStore();
        (Dictionary<string, string?> settings, EventLog log) = (await SettingsAsync(), new EventLog());
        (settings["Shutdown:GraceSeconds"], settings["Storage:Path"]) = ("3", folder.Path);
        using var hold = new ManualResetEventSlim();
        await using ServiceUnderTest first = await MixedBatchTests.StartAsync(settings, log);
        Task begun = HoldFrom(first, hold);
        ImageEncoded message = DecoderUnderTest.Encoded(ServiceUnderTest.Job(MixedBatchTests.Outpainting.Request));
        await first.PublishAsync(message);
        await begun.WaitAsync(EventLog.Patience, TestContext.Current.CancellationToken);
        await first.StopAsync();
        hold.Set();
        Assert.Empty(log.Unread<ImageDecoded>());

        // The broker hands it to the second process, and once more when it is published again.
        await using ServiceUnderTest second = await MixedBatchTests.StartAsync(settings, log);
        ImageDecoded decoded = await log.NextAsync<ImageDecoded>();
        await second.PublishAsync(message);
        Assert.Equal(decoded.Image, (await log.NextAsync<ImageDecoded>()).Image);
        Assert.Equal(MixedBatchTests.Outpainting.Draw(), await second.StoredAsync(decoded.Image.Key));
        Assert.Equal($"acme/{decoded.Job.JobId:N}/0.png", decoded.Image.Key);
        Assert.Empty(log.Unread<Fault<ImageEncoded>>());
    }

    [Fact]
    public async Task A_process_takes_no_more_than_its_slots_and_a_few_ahead_so_the_others_have_the_rest()
    {
        (Dictionary<string, string?> settings, EventLog log) = (await SettingsAsync(), new EventLog());
        settings["Decoder:Slots"] = "2";
        settings["Decoder:Ahead"] = "1";
        using var hold = new ManualResetEventSlim();
        await using ServiceUnderTest busy = await DecoderUnderTest.StartAsync(settings, log: log);
        Task begun = HoldFrom(busy, hold);
        JobDescription[] jobs = Enumerable.Range(0, 8).Select(seed => ServiceUnderTest.Job(DecoderUnderTest.Request with { Seed = (ulong)seed })).ToArray();
        foreach (JobDescription? job in jobs)
        {
            await busy.PublishAsync(DecoderUnderTest.Encoded(job));
        }

        await begun.WaitAsync(EventLog.Patience, TestContext.Current.CancellationToken);

        await using (ServiceUnderTest idle = await DecoderUnderTest.StartAsync(settings, log: log))
        {
            for (int i = 0; i < 5; i++)
            {
                await log.NextAsync<ImageDecoded>();
            }

            Assert.Empty(log.Unread<ImageDecoded>());
        }

        hold.Set();
        for (int i = 0; i < 3; i++)
        {
            await log.NextAsync<ImageDecoded>();
        }
    }

    private static async Task<Dictionary<string, string?>> SettingsAsync()
    {
        TestRabbitMq server = await TestRabbitMq.SharedAsync();
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

    /// <summary>A clock, since an engine asks for the time whatever it begins: once it is lost, every request on the decoder's thread fails.</summary>
    private sealed class Device : TimeProvider
    {
        public bool IsLost { get; set; }

        public override long GetTimestamp() => IsLost && Thread.CurrentThread.Name == "decoder" ? throw new InvalidDataException("the device is lost") : base.GetTimestamp();
    }

    private sealed class TemporaryStore : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("limner-store-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
