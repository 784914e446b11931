using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Fixtures.Workers;
using Limner.ServiceDefaults.Progress;

namespace Limner.Decoder.Tests.Decoding;

public sealed class ProgressTests
{
    [Theory]
    [InlineData(32, 6)]
    [InlineData(64, 9)]
    [InlineData(128, 13)]
    public async Task Steps_count_through_all_the_stages_that_the_size_needs(int size, int steps)
    {
        await using ServiceUnderTest decoder = await DecoderUnderTest.StartAsync();
        JobDescription job = ServiceUnderTest.Job(DecoderUnderTest.Request with { Width = size, Height = size });
        await decoder.PublishAsync(DecoderUnderTest.Encoded(job, candidate: 1));
        await decoder.Events.NextAsync<ImageDecoded>();
        Assert.Equal(
            Enumerable.Range(1, steps).Select(step => (1, JobStage.Decoding, step, steps, (byte[]?)null)),
            decoder.Progress.Of(job.JobId).Select(progress => (progress.Candidate, progress.Stage, progress.Step, progress.Steps, progress.Preview)));
    }

    [Theory]
    [InlineData(true, 128, "64", true)]
    [InlineData(true, 32, "64", true)]
    [InlineData(true, 128, "0", false)]
    [InlineData(false, 128, "64", false)]
    public async Task Whoever_watches_sees_it_come_into_being(bool isWatched, int size, string previewSize, bool shows)
    {
        await using ServiceUnderTest decoder = await DecoderUnderTest.StartAsync(new() { ["Decoder:PreviewSize"] = previewSize, ["Decoder:PreviewEvery"] = "2" });
        decoder.Progress.IsWatched = isWatched;
        JobDescription job = ServiceUnderTest.Job(DecoderUnderTest.Request with { Width = size, Height = size });
        await decoder.PublishAsync(DecoderUnderTest.Encoded(job));
        ImageDecoded decoded = await decoder.Events.NextAsync<ImageDecoded>();

        // The first preview is always affordable; on a slow machine the others may not be.
        JobProgress[] shown = decoder.Progress.Of(job.JobId).Where(progress => progress.Preview is not null).ToArray();
        Assert.Equal(shows, shown.Length > 0);
        if (shows)
        {
            Assert.Equal(2, shown[0].Step);
        }

        Assert.Equal(shows && size > 32, shown.Any(progress => progress.Step == 6)); // the base image
        // The tiny model's base image has 32 pixels: it is not enlarged. IHDR has width and height from byte 16 on.
        Assert.All(shown, progress => Assert.Equal([0, 0, 0, 32, 0, 0, 0, 32], progress.Preview![16..24]));
        // Nobody's bytes depend on who watches.
        Assert.Equal(DecoderUnderTest.Draw(job.Request)[0], await decoder.StoredAsync(decoded.Image.Key));
    }
}
