using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Contracts.Workers;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;
using Limner.Fixtures.Workers;
using Limner.Imaging;
using Limner.Inference;
using Limner.ObjectStorage;
using Limner.Requests;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Decoder.Tests;

/// <summary>The Decoder service with its witnesses, and what the bare engine draws of the same request.</summary>
internal static class DecoderUnderTest
{
    public static GenerationRequest Request { get; } = new() { Prompt = "a red horse", Candidates = 2, Seed = 5, Width = 64, Height = 64 };

    /// <summary>So many steps that a test reaches them while they run.</summary>
    public static GenerationRequest Long { get; } = Request with { Candidates = 1, Steps = 500, Width = 32, Height = 32 };

    public static Task<ServiceUnderTest> StartAsync(
        Dictionary<string, string?>? settings = null, Action<IServiceCollection>? replace = null, EventLog? log = null) =>
        ServiceUnderTest.StartAsync((services, configuration) => services.AddDecoder(configuration), AddConsumers, settings, replace, log);

    private static void AddConsumers(IBusRegistrationConfigurator bus)
    {
        bus.AddDecoderConsumers();
        bus.AddConsumer<Witness<ImageDecoded>>();
        bus.AddConsumer<Witness<StageFailed>>();
        bus.AddConsumer<Witness<WorkerAnnounced>>();
        bus.AddConsumer<Witness<WorkContinued>>();
        bus.AddConsumer<FaultWitness<ImageEncoded>>();
    }

    /// <summary>A message whose conditioning no cache has: it is encoded again.</summary>
    public static ImageEncoded Encoded(JobDescription job, int candidate = 0) => new(job, candidate, "conditioning:nowhere");

    /// <summary>The PNG of each candidate, from the bare pipeline.</summary>
    /// <param name="request">What is drawn.</param>
    /// <param name="edit">What is added where it is made of pictures.</param>
    /// <param name="folder">The model; the tiny one if none is named.</param>
    public static byte[][] Draw(GenerationRequest request, Func<UnclipRequest, UnclipRequest>? edit = null, string? folder = null)
    {
        using UnclipModel model = ModelFolder.Load(folder ?? TinyModel.Folder, new() { Provider = ExecutionProvider.Cpu, Threads = 1 });
        var pipeline = new UnclipPipeline(model.Encoder!, model.Decoder!, model.Defaults, new SeededNoiseSource(), TimeProvider.System);
        UnclipRequest asked = Asked(request, edit);
        byte[][] files = new byte[request.Candidates][];
        pipeline.Generate(asked, (candidate, picture) =>
        {
            var image = new RgbImage(picture.Shape.Width, picture.Shape.Height);
            picture.CopyRgb(image.Pixels);
            files[candidate] = PngEncoder.Encode(image, Provenance.Texts(asked, candidate, model.Defaults, model.Name, model.Version));
        }, null, TestContext.Current.CancellationToken);
        return files;
    }

    /// <summary>What the engine is asked for a request.</summary>
    public static UnclipRequest Asked(GenerationRequest request, Func<UnclipRequest, UnclipRequest>? edit)
    {
        var asked = new UnclipRequest
        {
            Prompt = request.Prompt,
            NegativePrompt = request.NegativePrompt,
            Candidates = request.Candidates,
            Seed = request.Seed,
            Size = new ImageSize(request.Width, request.Height),
            DecoderSteps = request.Steps,
            Guidance = request.Guidance,
        };
        return edit?.Invoke(asked) ?? asked;
    }

    public static async Task<byte[]?> StoredAsync(this ServiceUnderTest decoder, string key)
    {
        await using Stream? stream = await decoder.Get<IObjectStore>().OpenAsync(key, TestContext.Current.CancellationToken);
        if (stream is null)
        {
            return null;
        }

        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, TestContext.Current.CancellationToken);
        return bytes.ToArray();
    }
}
