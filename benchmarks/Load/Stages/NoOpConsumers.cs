using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Contracts.Prompts;
using MassTransit;

namespace Limner.Load.Stages;

internal sealed class PromptConsumer : IConsumer<JobSubmitted>
{
    public Task Consume(ConsumeContext<JobSubmitted> context) => context.Publish(new PromptApproved(context.Message.Job));
}

internal sealed class EncodingConsumer : IConsumer<PromptApproved>
{
    public Task Consume(ConsumeContext<PromptApproved> context) => context.PublishBatch(
        Enumerable.Range(0, context.Message.Job.Request.Candidates).Select(candidate => new ImageEncoded(context.Message.Job, candidate, "none")));
}

internal sealed class DecodingConsumer(Pace pace) : IConsumer<ImageEncoded>
{
    private static readonly string Digest = new('0', 64);

    public async Task Consume(ConsumeContext<ImageEncoded> context)
    {
        await pace.WaitAsync(context.CancellationToken);
        (JobDescription job, int candidate) = (context.Message.Job, context.Message.Candidate);
        var image = new StoredImage($"{job.Tenant}/{job.JobId:N}/{candidate}.png", job.Request.Width, job.Request.Height, 1, Digest);
        await context.Publish(new ImageDecoded(job, candidate, image, new WorkDone(1, 1, 0)));
    }
}

internal sealed class ImageConsumer : IConsumer<ImageDecoded>
{
    public Task Consume(ConsumeContext<ImageDecoded> context)
    {
        (JobDescription job, int candidate, StoredImage image, WorkDone work) = context.Message;
        return context.Publish(new ImageApproved(job.JobId, candidate, image, work));
    }
}
