using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Fixtures.Workers;
using Limner.ObjectStorage;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Decoder.Tests.Storage;

public sealed class ImageArchiveTests
{
    [Fact]
    public async Task While_the_store_is_away_the_image_waits_and_is_not_drawn_again()
    {
        await using ServiceUnderTest decoder = await DecoderUnderTest.StartAsync(replace: Unreliable(failures: 3));
        JobDescription job = ServiceUnderTest.Job(DecoderUnderTest.Request);
        await decoder.PublishAsync(DecoderUnderTest.Encoded(job));
        ImageDecoded decoded = await decoder.Events.NextAsync<ImageDecoded>();
        Assert.Equal(DecoderUnderTest.Draw(job.Request)[0], await decoder.StoredAsync(decoded.Image.Key));
        Assert.Equal(4, ((UnreliableStore)decoder.Get<IObjectStore>()).Attempts);
        Assert.Equal(Enumerable.Range(1, 9), decoder.Progress.Of(job.JobId).Select(progress => progress.Step)); // 6 and 3 of super-resolution, once
    }

    [Fact]
    public async Task An_image_that_cannot_be_stored_before_the_deadline_is_given_up()
    {
        await using ServiceUnderTest decoder = await DecoderUnderTest.StartAsync(new() { ["Decoder:Slots"] = "1", ["Decoder:Ahead"] = "0" }, Unreliable(failures: 2));
        (JobDescription expiring, JobDescription next) = (ServiceUnderTest.Job(DecoderUnderTest.Request), ServiceUnderTest.Job(DecoderUnderTest.Request, deadline: TimeSpan.FromDays(1)));
        decoder.Progress.Then = progress =>
        {
            if (progress.JobId == expiring.JobId && progress.Step == progress.Steps)
            {
                decoder.Time.Advance(TimeSpan.FromHours(1)); // it is drawn; now it has to be stored
            }
        };
        await decoder.PublishAsync(DecoderUnderTest.Encoded(expiring));
        await decoder.PublishAsync(DecoderUnderTest.Encoded(next));
        Assert.Equal(next.JobId, (await decoder.Events.NextAsync<ImageDecoded>()).Job.JobId);
        Assert.Null(await decoder.StoredAsync($"acme/{expiring.JobId:N}/0.png"));
        Assert.Empty(decoder.Events.Unread<StageFailed>());
    }

    private static Action<IServiceCollection> Unreliable(int failures) => services =>
    {
        ServiceDescriptor real = services.Single(service => service.ServiceType == typeof(IObjectStore));
        services.Remove(real);
        services.AddSingleton<IObjectStore>(provider => new UnreliableStore((IObjectStore)real.ImplementationFactory!(provider), failures));
    };
}
