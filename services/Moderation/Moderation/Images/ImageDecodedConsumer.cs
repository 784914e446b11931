using System.Security.Cryptography;
using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Contracts.Moderation;
using Limner.Imaging;
using Limner.Moderation.Jobs;
using Limner.Moderation.Telemetry;
using Limner.ServiceDefaults.Messaging;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Limner.Moderation.Images;

/// <summary>Judges a finished image. What cannot be judged is not approved: an exception ends as the candidate's failure.</summary>
internal sealed class ImageDecodedConsumer(ImageModel model, ImageReader reader, WantedJobs wanted, ModerationMetrics metrics, TimeProvider time) : IConsumer<ImageDecoded>
{
    private const int LargestSide = 2048;

    public async Task Consume(ConsumeContext<ImageDecoded> context)
    {
        ImageDecoded decoded = context.Message;
        if (!await wanted.ContainAsync(decoded.Job, context.CancellationToken))
        {
            return;
        }

        Guid job = decoded.Job.JobId;
        long started = time.GetTimestamp();
        if (await reader.ReadAsync(decoded.Image.Key, context.CancellationToken) is not { } png)
        {
            await context.ConfirmAsync(new StageFailed(job, decoded.Candidate, JobStage.ImageModeration, "image_missing", "The image was removed before it was judged."), context.CancellationToken);
            return;
        }

        (RgbImage image, int width, int height) = PngDecoder.DecodeReduced(png, LargestSide, model.LeastSide);
        Finding? finding = model.Judge(image);
        metrics.Judged(JudgedStage.Image, finding?.Concept.Category, time.GetElapsedTime(started));
        // The verdict speaks of the bytes that were judged, whichever worker's they are.
        StoredImage judged = decoded.Image with { Width = width, Height = height, Bytes = png.Length, Sha256 = Convert.ToHexStringLower(SHA256.HashData(png)) };
        object verdict = finding is { Concept.Category: var category, Version: var version }
            ? new ImageRejected(job, decoded.Candidate, judged, new Verdict(category, version), decoded.Work)
            : new ImageApproved(job, decoded.Candidate, judged, decoded.Work);
        await context.ConfirmAsync(verdict, context.CancellationToken);
    }
}

internal sealed class ImageDecodedConsumerDefinition : ConsumerDefinition<ImageDecodedConsumer>
{
    public ImageDecodedConsumerDefinition(IOptions<ImageModerationOptions> options) => ConcurrentMessageLimit = options.Value.AtOnce;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<ImageDecodedConsumer> consumerConfigurator, IRegistrationContext context) =>
        endpointConfigurator.PrefetchCount = 2 * ConcurrentMessageLimit!.Value;
}
