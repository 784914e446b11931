using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Fixtures.Telemetry;
using Limner.Fixtures.Workers;
using Limner.ServiceDefaults.Cancellation;

namespace Limner.Decoder.Tests.Telemetry;

public sealed class DecoderMetricsTests
{
    [Fact]
    public async Task Steps_rows_slots_and_files_are_told_of_drawn_candidates()
    {
        await using ServiceUnderTest decoder = await DecoderUnderTest.StartAsync(new() { ["Decoder:Slots"] = "3" });
        using Measured<double> steps = Of<double>(decoder, "limner.decoder.step.duration");
        using Measured<int> rows = Of<int>(decoder, "limner.decoder.batch.size");
        using Measured<int> limit = Of<int>(decoder, "limner.decoder.slot.limit");
        using Measured<int> usage = Of<int>(decoder, "limner.decoder.slot.usage");
        using Measured<double> candidates = Of<double>(decoder, "limner.decoder.candidate.duration");
        using Measured<double> pngs = Of<double>(decoder, "limner.decoder.png.duration");
        using Measured<double> stores = Of<double>(decoder, "limner.decoder.store.duration");
        using Measured<long> lookups = Of<long>(decoder, "limner.decoder.cache.lookups");
        var busy = new List<int>(); // written on the engine's thread, read when it has nothing to do
        decoder.Progress.Then = _ => busy.Add(usage.Observe());

        // Without guidance a candidate is one row: 6 steps at 32 pixels, 3 more to 64.
        JobDescription job = ServiceUnderTest.Job(DecoderUnderTest.Request with { Guidance = 1 });
        await decoder.PublishAsync(DecoderUnderTest.Encoded(job, 0));
        await decoder.PublishAsync(DecoderUnderTest.Encoded(job, 1));
        await decoder.Events.NextAsync<ImageDecoded>();
        await decoder.Events.NextAsync<ImageDecoded>();

        Assert.Equal((12, 6), (RowsOf("decoder"), RowsOf("super_resolution_1")));
        Assert.Equal(rows.Tags, steps.Tags);
        Assert.All(steps.Values, seconds => Assert.InRange(seconds, double.Epsilon, 600));
        Assert.Equal(3, limit.Observe());
        Assert.All(busy, slots => Assert.InRange(slots, 1, 2));
        Assert.Equal(0, usage.Observe());
        Assert.Equal(["limner.outcome=completed", "limner.outcome=completed"], candidates.Tags);
        Assert.Equal((2, 2), (pngs.Values.Count, stores.Values.Count));
        Assert.All(candidates.Values, seconds => Assert.InRange(seconds, pngs.Values.Min() + stores.Values.Min(), 600));
        Assert.Equal("limner.cache.result=miss", lookups.Tags[0]);

        int RowsOf(string network) => rows.All.Where(told => told.Tags == $"limner.decoder.network={network}").Sum(told => told.Value);
    }

    [Fact]
    public async Task What_was_not_drawn_is_told_with_the_reason()
    {
        await using ServiceUnderTest decoder = await DecoderUnderTest.StartAsync(new() { ["Decoder:Slots"] = "1", ["Decoder:Ahead"] = "0" });
        using Measured<double> candidates = Of<double>(decoder, "limner.decoder.candidate.duration");
        (JobDescription refused, JobDescription cancelled, JobDescription good) = (
            ServiceUnderTest.Job(DecoderUnderTest.Request with { Guidance = -1 }), ServiceUnderTest.Job(DecoderUnderTest.Long), ServiceUnderTest.Job(DecoderUnderTest.Request));
        JobDescription poison = good with { Tenant = "../elsewhere" };
        decoder.Progress.Then = progress =>
        {
            if (progress.JobId == cancelled.JobId)
            {
                decoder.Get<RunningJobs>().Cancel(cancelled.JobId);
            }
        };

        foreach (JobDescription? job in new[] { refused, cancelled, poison, good }) // one at a time, in this order
        {
            await decoder.PublishAsync(DecoderUnderTest.Encoded(job));
        }

        await decoder.Events.NextAsync<ImageDecoded>();

        Assert.Equal(
            ["error.type=invalid_guidance limner.outcome=failed", "limner.outcome=dropped", "error.type=ArgumentException limner.outcome=failed", "limner.outcome=completed"], candidates.Tags);
        Assert.Equal("invalid_guidance", (await decoder.Events.NextAsync<StageFailed>()).Code);
    }

    private static Measured<T> Of<T>(ServiceUnderTest decoder, string instrument)
        where T : struct => new(decoder.Get<IServiceProvider>(), "Limner.Decoder", instrument);
}
