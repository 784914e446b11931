using Limner.Contracts.Jobs;
using Limner.Gateway.Generations;
using Limner.Gateway.Images;
using Limner.Gateway.Jobs;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Database;
using Limner.Imaging;
using Limner.ServiceDefaults.Progress;

namespace Limner.Gateway.Tests.Generations;

public sealed class PreviewsTests
{
    private static readonly Delivery Asked = new() { Format = ImageFormat.Png, Quality = 100, AsUrl = false, QualityName = "auto", PartialImages = 3 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task However_many_watch_a_preview_is_made_once()
    {
        using var made = new MadeFiles();
        var previews = new Previews(made);
        Job job = MigrationTests.NewJob() with { Width = 64, Height = 64 };
        var first = new MemoryStream();
        Assert.True(await previews.SendAsync(job, At(5, RunningGateway.PictureOf(1)), Asked, file => file.CopyToAsync(first), Cancellation));

        // Not a picture: whoever made it again would fail.
        var second = new MemoryStream();
        Assert.True(await previews.SendAsync(job, At(5, [1, 2, 3]), Asked, file => file.CopyToAsync(second), Cancellation));
        Assert.Equal(first.ToArray(), second.ToArray());
        await Assert.ThrowsAnyAsync<InvalidDataException>(() => previews.SendAsync(job, At(6, [1, 2, 3]), Asked, _ => Task.CompletedTask, Cancellation));
    }

    [Fact]
    public async Task Slow_readers_of_a_tenant_hold_a_few_and_the_others_go_without()
    {
        using var made = new MadeFiles();
        var previews = new Previews(made);
        Job job = MigrationTests.NewJob("slow") with { Width = 64, Height = 64 };
        JobProgress told = At(5, RunningGateway.PictureOf(1));
        var taken = new TaskCompletionSource();
        Task<bool>[] slow = [.. Enumerable.Range(0, Previews.HeldByTenant).Select(_ => previews.SendAsync(job, told, Asked, _ => taken.Task, Cancellation))];

        Assert.False(await previews.SendAsync(job, told, Asked, _ => Task.CompletedTask, Cancellation));
        Assert.True(await previews.SendAsync(job with { Tenant = "other" }, told, Asked, _ => Task.CompletedTask, Cancellation));

        taken.SetResult();
        Assert.All(await Task.WhenAll(slow), Assert.True);
        Assert.True(await previews.SendAsync(job, told, Asked, _ => Task.CompletedTask, Cancellation));
    }

    [Fact]
    public async Task Progress_without_a_preview_shows_nothing()
    {
        using var made = new MadeFiles();
        Assert.False(await new Previews(made).SendAsync(MigrationTests.NewJob(), At(5, null), Asked, _ => throw new InvalidOperationException(), Cancellation));
    }

    private static JobProgress At(int step, byte[]? preview) => new(Guid.Empty, 0, JobStage.Decoding, step, 10, preview);
}
