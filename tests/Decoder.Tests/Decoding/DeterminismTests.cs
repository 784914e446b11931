using System.Security.Cryptography;
using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Decoder.Conditionings;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;
using Limner.Fixtures.Workers;
using Limner.Imaging;
using Limner.Inference;
using Limner.ServiceDefaults.Conditioning;
using MassTransit;

namespace Limner.Decoder.Tests.Decoding;

public sealed class DeterminismTests
{
    [Fact]
    public async Task Jobs_in_any_order_and_company_give_the_bytes_of_the_bare_engine()
    {
        GenerationRequest[] requests =
        [
            DecoderUnderTest.Request with { Candidates = 3, Steps = 5 },
            DecoderUnderTest.Request with { Prompt = "a blue fish", NegativePrompt = "red", Seed = 6, Width = 128, Height = 128 },
            DecoderUnderTest.Request with { Prompt = "two stars ★", Seed = ulong.MaxValue, Width = 32, Height = 32, Steps = 9, Guidance = 1 },
            DecoderUnderTest.Request with { Prompt = "a wide boat", Seed = 9, Width = 192, Height = 64 },
            DecoderUnderTest.Request with { Prompt = "a tall tree", Seed = 10, Width = 32, Height = 48, Candidates = 1 },
            DecoderUnderTest.Request with { Prompt = "a\0b", Seed = 8, Width = 20, Height = 20, Guidance = 5.5f },
        ];
        await using ServiceUnderTest decoder = await DecoderUnderTest.StartAsync(new() { ["Decoder:Slots"] = "3" });
        JobDescription[] jobs = requests.Select(request => ServiceUnderTest.Job(request)).ToArray();
        ImageEncoded[] messages = jobs.SelectMany(job => Enumerable.Range(0, job.Request.Candidates).Select(candidate => DecoderUnderTest.Encoded(job, candidate))).ToArray();
        new Random(3).Shuffle(messages);
        foreach (ImageEncoded? message in messages)
        {
            await decoder.PublishAsync(message);
        }

        Dictionary<Guid, byte[][]> expected = jobs.ToDictionary(job => job.JobId, job => DecoderUnderTest.Draw(job.Request));
        for (int i = 0; i < messages.Length; i++)
        {
            ImageDecoded decoded = await decoder.Events.NextAsync<ImageDecoded>();
            byte[] bytes = expected[decoded.Job.JobId][decoded.Candidate];
            Assert.Equal(bytes, await decoder.StoredAsync(decoded.Image.Key));
            (GenerationRequest request, StoredImage image) = (decoded.Job.Request, decoded.Image);
            Assert.Equal(
                new StoredImage($"acme/{decoded.Job.JobId:N}/{decoded.Candidate}.png", request.Width, request.Height, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes))),
                image);
            Assert.Equal((request.Steps ?? 6, (request.Steps ?? 6) * (long)request.Width * request.Height), (decoded.Work.Steps, decoded.Work.PixelSteps));
            Assert.True(decoded.Work.ComputeSeconds > 0);
            // Start, end, and at least one between them.
            Assert.InRange(decoded.Work.PromptTokens, 3, 77);
        }

        Assert.Empty(decoder.Events.Unread<Fault<ImageEncoded>>());
        Assert.Empty(decoder.Events.Unread<StageFailed>());
    }

    [Fact]
    public async Task A_message_that_comes_twice_gives_the_same_object_twice()
    {
        await using ServiceUnderTest decoder = await DecoderUnderTest.StartAsync();
        ImageEncoded message = DecoderUnderTest.Encoded(ServiceUnderTest.Job(DecoderUnderTest.Request), candidate: 1);
        await decoder.PublishAsync(message);
        await decoder.PublishAsync(message);
        (ImageDecoded first, ImageDecoded second) = (await decoder.Events.NextAsync<ImageDecoded>(), await decoder.Events.NextAsync<ImageDecoded>());
        Assert.Equal(first.Image, second.Image);
        Assert.Equal(DecoderUnderTest.Draw(DecoderUnderTest.Request)[1], await decoder.StoredAsync(first.Image.Key));
    }

    [Theory]
    [InlineData("whole", false)]
    [InlineData("damaged", true)]
    [InlineData("another model's", true)]
    public async Task Conditioning_comes_from_the_cache_and_is_encoded_again_if_that_is_no_use(string state, bool encodesAgain)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using ServiceUnderTest decoder = await DecoderUnderTest.StartAsync();
        (string key, byte[] bytes) = Encode(DecoderUnderTest.Request);
        byte[] cached = state switch
        {
            "whole" => bytes,
            "damaged" => [.. bytes[..100], 1, .. bytes[101..]],
            _ => ConditioningFormat.Write(ConditioningFormat.Read(bytes) with { ImageEmbedding = new float[7] }),
        };
        IConditioningCache cache = decoder.Get<IConditioningCache>();
        await cache.SetAsync(key, cached, TimeSpan.FromMinutes(5), stop);
        await decoder.PublishAsync(new ImageEncoded(ServiceUnderTest.Job(DecoderUnderTest.Request), 0, key));

        ImageDecoded decoded = await decoder.Events.NextAsync<ImageDecoded>();
        Assert.Equal(DecoderUnderTest.Draw(DecoderUnderTest.Request)[0], await decoder.StoredAsync(decoded.Image.Key));
        Assert.Equal(encodesAgain, decoder.Get<SpareEncoder>().IsLoaded);
        Assert.Equal(bytes, await cache.GetAsync(key, stop)); // and mended
    }

    [Fact]
    public async Task A_picture_says_how_it_was_made_and_nothing_of_when_and_where()
    {
        await using ServiceUnderTest decoder = await DecoderUnderTest.StartAsync();
        await decoder.PublishAsync(DecoderUnderTest.Encoded(ServiceUnderTest.Job(DecoderUnderTest.Request with { NegativePrompt = "fog" })));
        byte[]? png = await decoder.StoredAsync((await decoder.Events.NextAsync<ImageDecoded>()).Image.Key);
        var texts = PngTextChunks.Read(png).ToDictionary(text => text.Keyword, text => text.Text);
        Assert.StartsWith("Limner ", texts["Software"], StringComparison.Ordinal);
        texts.Remove("Software");
        Assert.Equal(
            [
                ("candidate", "1"), ("guidance", "3"), ("model", "latent-tiny"), ("negative", "fog"), ("prior guidance", "2"), ("prompt", "a red horse"),
                ("seed", "5"), ("steps", "6"), ("version", "1"),
            ],
            texts.OrderBy(text => text.Key, StringComparer.Ordinal).Select(text => (text.Key, text.Value)));
    }

    private static (string Key, byte[] Bytes) Encode(GenerationRequest request)
    {
        using UnclipModel model = ModelFolder.Load(TinyModel.Folder, new() { Provider = ExecutionProvider.Cpu, Threads = 1 }, ModelParts.Encoder);
        var asked = new UnclipRequest { Prompt = request.Prompt, Seed = request.Seed }.ToEncodeRequest(model.Defaults);
        Conditioning conditioning = new UnclipEncoder(model.Encoder!, new SeededNoiseSource(), TimeProvider.System, new(TimeProvider.System)).Encode(asked)[0];
        return (ConditioningKey.Of(model.Name, model.Version, asked, 0), ConditioningFormat.Write(conditioning));
    }
}
