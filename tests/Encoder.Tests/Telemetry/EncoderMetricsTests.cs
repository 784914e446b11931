using Limner.Contracts.Jobs;
using Limner.Fixtures.Telemetry;
using Limner.Fixtures.Workers;

namespace Limner.Encoder.Tests.Telemetry;

public sealed class EncoderMetricsTests
{
    [Fact]
    public async Task Prompts_are_told_by_their_end_and_the_cache_by_what_it_had()
    {
        await using ServiceUnderTest encoder = await EncoderUnderTest.StartAsync(new() { ["Encoder:Slots"] = "1" });
        using var prompts = new Measured<double>(encoder.Get<IServiceProvider>(), "Limner.Encoder", "limner.encoder.prompt.duration");
        using var lookups = new Measured<long>(encoder.Get<IServiceProvider>(), "Limner.Encoder", "limner.encoder.cache.lookups");

        foreach (int _ in Enumerable.Range(0, 2)) // of two candidates
        {
            JobDescription job = ServiceUnderTest.Job(EncoderUnderTest.Request);
            await encoder.ApproveAsync(job);
            await encoder.EncodedAsync(job);
        }

        await encoder.ApproveAsync(ServiceUnderTest.Job(EncoderUnderTest.Request with { Prompt = "a blue fish", Guidance = -1 }));
        Assert.Equal("invalid_guidance", (await encoder.Events.NextAsync<StageFailed>()).Code);

        Assert.Equal(["limner.outcome=completed", "limner.outcome=completed", "error.type=invalid_guidance limner.outcome=failed"], prompts.Tags);
        Assert.All(prompts.Values, seconds => Assert.InRange(seconds, double.Epsilon, 600));
        Assert.Equal(["miss", "miss", "hit", "hit", "miss", "miss"], lookups.Tags.Select(tag => tag["limner.cache.result=".Length..]));
    }

    [Fact]
    public async Task A_prompt_that_nobody_waits_for_any_more_is_dropped()
    {
        await using ServiceUnderTest encoder = await EncoderUnderTest.StartAsync(new() { ["Encoder:Slots"] = "1" });
        using var prompts = new Measured<double>(encoder.Get<IServiceProvider>(), "Limner.Encoder", "limner.encoder.prompt.duration");
        (JobDescription late, JobDescription good) = (ServiceUnderTest.Job(EncoderUnderTest.Request), ServiceUnderTest.Job(EncoderUnderTest.Request, deadline: TimeSpan.FromDays(1)));
        encoder.Progress.Then = progress =>
        {
            if (progress.JobId == late.JobId && progress.Step == 1)
            {
                encoder.Time.Advance(TimeSpan.FromHours(1));
            }
        };

        await encoder.ApproveAsync(late);
        await encoder.ApproveAsync(good);
        await encoder.EncodedAsync(good);

        Assert.Equal(["limner.outcome=dropped", "limner.outcome=completed"], prompts.Tags);
    }
}
