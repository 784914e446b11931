using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Contracts.Prompts;
using Limner.Contracts.Workers;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;
using Limner.Fixtures.Workers;
using Limner.Inference;
using MassTransit;

namespace Limner.Encoder.Tests;

/// <summary>The Encoder service with its witnesses, and what the bare engine makes of the same request.</summary>
internal static class EncoderUnderTest
{
    public static GenerationRequest Request { get; } = new() { Prompt = "a red horse", Candidates = 2, Seed = 5, Width = 64, Height = 64 };

    public static Task<ServiceUnderTest> StartAsync(Dictionary<string, string?>? settings = null, EventLog? log = null) =>
        ServiceUnderTest.StartAsync((services, configuration) => services.AddEncoder(configuration), AddConsumers, settings, null, log);

    public static Task ApproveAsync(this ServiceUnderTest encoder, params JobDescription[] jobs) =>
        Task.WhenAll(jobs.Select(job => encoder.PublishAsync(new PromptApproved(job))));

    /// <summary>The events of all candidates of a job, in the candidates' order.</summary>
    public static async Task<ImageEncoded[]> EncodedAsync(this ServiceUnderTest encoder, JobDescription job)
    {
        var events = new ImageEncoded[job.Request.Candidates];
        for (int i = 0; i < events.Length; i++)
        {
            ImageEncoded encoded = await encoder.Events.NextAsync<ImageEncoded>(found => found.Job.JobId == job.JobId);
            Assert.Null(events[encoded.Candidate]);
            events[encoded.Candidate] = encoded;
        }

        return events;
    }

    /// <summary>Each candidate's conditioning, from the bare engine with nothing else under way.</summary>
    /// <param name="request">What is encoded.</param>
    /// <param name="edit">What is added where it is made of pictures.</param>
    public static byte[][] Encode(GenerationRequest request, Func<UnclipRequest, UnclipRequest>? edit = null)
    {
        using UnclipModel model = ModelFolder.Load(TinyModel.Folder, new() { Provider = ExecutionProvider.Cpu, Threads = 1 }, ModelParts.Encoder | ModelParts.ImageEncoder);
        var asked = new UnclipRequest
        {
            Prompt = request.Prompt,
            NegativePrompt = request.NegativePrompt,
            Candidates = request.Candidates,
            Seed = request.Seed,
            Guidance = request.Guidance,
        };
        asked = edit?.Invoke(asked) ?? asked;
        var encoder = new UnclipEncoder(model.Encoder!, new SeededNoiseSource(), TimeProvider.System, new(TimeProvider.System));
        return [.. encoder.Encode(asked.ToEncodeRequest(model.Defaults), TestContext.Current.CancellationToken).Select(ConditioningFormat.Write)];
    }

    private static void AddConsumers(IBusRegistrationConfigurator bus)
    {
        bus.AddEncoderConsumers();
        bus.AddConsumer<Witness<ImageEncoded>>();
        bus.AddConsumer<Witness<StageFailed>>();
        bus.AddConsumer<Witness<WorkerAnnounced>>();
        bus.AddConsumer<FaultWitness<PromptApproved>>();
    }
}
