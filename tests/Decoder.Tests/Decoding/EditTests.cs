using Limner.Contracts.Edits;
using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Decoder.Conditionings;
using Limner.Diffusion.Editing;
using Limner.Fixtures.Workers;
using Limner.Imaging;
using Limner.ObjectStorage;

namespace Limner.Decoder.Tests.Decoding;

/// <summary>Candidates that are made of pictures: the bytes of the bare engine, whatever was lost on the way.</summary>
public sealed class EditTests
{
    [Fact]
    public async Task A_variation_has_the_bytes_of_the_bare_engine_though_its_conditioning_was_lost()
    {
        await using ServiceUnderTest decoder = await DecoderUnderTest.StartAsync();
        (SourceImage image, byte[] file) = TestSource.Picture(96, 64);
        await decoder.Get<IObjectStore>().PutIfAbsentAsync("acme/a/source-0", file, "image/png", TestContext.Current.CancellationToken);
        GenerationRequest request = DecoderUnderTest.Request with
        {
            Prompt = "",
            Edit = new EditRequest { Operation = EditOperation.Variation, Parts = [new EditPart("acme/a/source-0", null, 1)], Strength = 0.5f },
        };
        ImageEncoded message = DecoderUnderTest.Encoded(ServiceUnderTest.Job(request), candidate: 1);
        await decoder.PublishAsync(message);
        await decoder.PublishAsync(message);

        byte[] expected = DecoderUnderTest.Draw(request, asked => asked with { Parts = [BlendPart.Of(image)], Strength = 0.5f })[1];
        (ImageDecoded first, ImageDecoded second) = (await decoder.Events.NextAsync<ImageDecoded>(), await decoder.Events.NextAsync<ImageDecoded>());
        Assert.Equal(first.Image, second.Image);
        Assert.True(decoder.Get<SpareEncoder>().IsLoaded);
        byte[]? drawn = await decoder.StoredAsync(first.Image.Key);
        Assert.Equal(expected, drawn);
        Assert.NotEqual(DecoderUnderTest.Draw(request)[1], drawn);

        var texts = PngTextChunks.Read(drawn!).ToDictionary(text => text.Keyword, text => text.Text);
        Assert.Equal(($"sha256:{image.Digest()}", "0.5"), (texts["source"], texts["strength"]));
    }

    [Fact]
    public async Task An_upscale_has_the_bytes_of_the_bare_engine_without_conditioning_and_counts_the_steps_that_it_took()
    {
        await using ServiceUnderTest decoder = await DecoderUnderTest.StartAsync();
        (SourceImage image, byte[] file) = TestSource.Picture(64, 64);
        await decoder.Get<IObjectStore>().PutIfAbsentAsync("acme/a/source-0", file, "image/png", TestContext.Current.CancellationToken);
        GenerationRequest request = DecoderUnderTest.Request with
        {
            Prompt = "",
            Width = 128,
            Height = 128,
            Edit = new EditRequest { Operation = EditOperation.Upscale, Parts = [new EditPart("acme/a/source-0", null, 1)] },
        };
        await decoder.PublishAsync(new ImageEncoded(ServiceUnderTest.Job(request), 1, ""));
        ImageDecoded decoded = await decoder.Events.NextAsync<ImageDecoded>();
        byte[]? drawn = await decoder.StoredAsync(decoded.Image.Key);
        Assert.Equal(DecoderUnderTest.Draw(request, asked => asked with { Upscale = image })[1], drawn);
        Assert.False(decoder.Get<SpareEncoder>().IsLoaded);
        (int steps, int total) = (decoded.Work.Steps, decoder.Progress.Of(decoded.Job.JobId).Max(told => told.Steps));
        Assert.Equal((total, total * 128L * 128), (steps, decoded.Work.PixelSteps));
        Assert.True(steps > 0);
        Assert.DoesNotContain(PngTextChunks.Read(drawn!), text => text.Keyword is "steps" or "guidance");
    }

    [Fact]
    public async Task A_reroll_has_the_bytes_of_the_bare_engine_though_its_embedding_was_lost()
    {
        await using ServiceUnderTest decoder = await DecoderUnderTest.StartAsync();
        var edit = new EditRequest { Operation = EditOperation.Reroll, Parts = [], Composition = new Composition(5, 1, null) };
        await decoder.PublishAsync(DecoderUnderTest.Encoded(ServiceUnderTest.Job(DecoderUnderTest.Request with { Seed = 9, Edit = edit })));
        byte[]? drawn = await decoder.StoredAsync((await decoder.Events.NextAsync<ImageDecoded>()).Image.Key);
        Assert.Equal(DecoderUnderTest.Draw(DecoderUnderTest.Request, asked => asked with { DecoderSeed = 9, Composition = 1 })[0], drawn);
        Assert.NotEqual(DecoderUnderTest.Draw(DecoderUnderTest.Request)[1], drawn);
        var texts = PngTextChunks.Read(drawn!).ToDictionary(text => text.Keyword, text => text.Text);
        Assert.Equal(("5", "2", "9", "1"), (texts["seed"], texts["candidate"], texts["decoder seed"], texts["decoder candidate"]));
    }

    [Fact]
    public async Task A_picture_that_is_gone_fails_the_candidate_with_a_sentence()
    {
        await using ServiceUnderTest decoder = await DecoderUnderTest.StartAsync();
        GenerationRequest request = DecoderUnderTest.Request with { Edit = new EditRequest { Operation = EditOperation.Variation, Parts = [new EditPart("acme/a/source-0", null, 1)] } };
        await decoder.PublishAsync(DecoderUnderTest.Encoded(ServiceUnderTest.Job(request)));
        StageFailed failed = await decoder.Events.NextAsync<StageFailed>();
        Assert.Equal((0, JobStage.Decoding, "source_lost", "A picture that the job was given is no longer there."), (failed.Candidate, failed.Stage, failed.Code, failed.Message));
    }
}
