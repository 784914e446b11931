using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Fixtures.Workers;

namespace Limner.Decoder.Tests.Decoding;

public sealed class ProgressTests
{
    [Theory]
    [InlineData(32, 6)]
    [InlineData(64, 9)]
    [InlineData(128, 13)]
    public async Task Steps_count_through_all_the_stages_that_the_size_needs(int size, int steps)
    {
        await using var decoder = await DecoderUnderTest.StartAsync();
        var job = ServiceUnderTest.Job(DecoderUnderTest.Request with { Width = size, Height = size });
        await decoder.PublishAsync(DecoderUnderTest.Encoded(job, candidate: 1));
        await decoder.Events.NextAsync<ImageDecoded>();
        Assert.Equal(
            Enumerable.Range(1, steps).Select(step => (1, JobStage.Decoding, step, steps, (byte[]?)null)),
            decoder.Progress.Of(job.JobId).Select(progress => (progress.Candidate, progress.Stage, progress.Step, progress.Steps, progress.Preview)));
    }

    [Theory]
    [InlineData(JobPriority.Interactive, 128, "64", 1)]
    [InlineData(JobPriority.Interactive, 128, "0", 0)]
    [InlineData(JobPriority.Interactive, 32, "64", 0)] // the base image is the image
    [InlineData(JobPriority.Batch, 128, "64", 0)]
    public async Task Whoever_waits_gets_the_base_image_as_a_preview(JobPriority priority, int size, string previewSize, int previews)
    {
        await using var decoder = await DecoderUnderTest.StartAsync(new() { ["Decoder:PreviewSize"] = previewSize });
        var job = ServiceUnderTest.Job(DecoderUnderTest.Request with { Width = size, Height = size }, priority);
        await decoder.PublishAsync(DecoderUnderTest.Encoded(job));
        var decoded = await decoder.Events.NextAsync<ImageDecoded>();

        var shown = decoder.Progress.Of(job.JobId).Where(progress => progress.Preview is not null).ToArray();
        Assert.Equal(previews, shown.Length);
        Assert.All(shown, progress => Assert.Equal((6, 13), (progress.Step, progress.Steps)));
        // The tiny model's base image has 32 pixels: it is not enlarged. IHDR has width and height from byte 16 on.
        Assert.All(shown, progress => Assert.Equal([0, 0, 0, 32, 0, 0, 0, 32], progress.Preview![16..24]));
        // Nobody's bytes depend on who watches.
        Assert.Equal(DecoderUnderTest.Draw(job.Request)[0], await decoder.StoredAsync(decoded.Image.Key));
    }
}
