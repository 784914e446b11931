using Limner.Diffusion.Editing;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;
using static Limner.Inference.Tests.Editing.PictureMeasures;

namespace Limner.Inference.Tests.Editing;

/// <summary>Pictures of which a part stays.</summary>
public sealed class InpaintingTests(ShippedModel shipped) : IClassFixture<ShippedModel>
{
    private const string Before = "a red star left of a blue house on a yellow background";
    private const string After = "a red star left of a green tree on a yellow background";

    [Theory]
    [InlineData(64, 64)]
    [InlineData(96, 256)] // the stages draw more than is asked for, and the picture has another size than they
    public void What_is_masked_shows_what_was_asked_for_and_the_rest_stays_to_the_bit(int side, int drawnAt)
    {
        SourceImage source = shipped.Generate(ShippedModel.Small(Before, 5) with { Size = drawnAt })[0];
        if (drawnAt != side)
        {
            source = source.Resized(side);
        }

        Assert.InRange(Share(source, IsBlue), 0.01, 1);

        SourceImage edited = shipped.Generate(ShippedModel.Small(After, 11) with { Size = side, Known = Known(source) })[0];
        Assert.Equal(0, Share(edited, IsBlue));
        Assert.InRange(Share(edited, IsGreen), 0.01, 1);
        int feather = Math.Max(1, (int)Math.Round(side / 64.0));
        int kept = (side / 2) - feather;
        for (int y = 0; y < side; y++)
        {
            Assert.True(source.Rgb.Slice(3 * y * side, 3 * kept).SequenceEqual(edited.Rgb.Slice(3 * y * side, 3 * kept)), $"row {y}");
        }
    }

    [Fact]
    public void Without_a_word_what_is_masked_becomes_what_surrounds_it()
    {
        SourceImage source = shipped.Generate(ShippedModel.Small("a green tree", 5))[0];
        byte[] mask = new byte[64 * 64];
        for (int i = 0; i < mask.Length; i++)
        {
            mask[i] = (byte)(i % 64 is < 12 or >= 52 || i / 64 is < 8 ? 1 : 0);
        }

        Assert.InRange(Share(source, IsGreen), 0.03, 1);
        Assert.InRange(Share(shipped.Generate(ShippedModel.Small("", 3) with { Known = new(source, mask) })[0], IsGreen), 0, 0.001);
    }

    [Fact]
    public void It_has_the_same_bytes_alone_and_beside_ordinary_candidates_and_leaves_when_it_is_cancelled()
    {
        KnownRegion known = Known(shipped.Generate(ShippedModel.Small(Before, 5))[0]);
        UnclipRequest[] asked =
        [
            ShippedModel.Small(After, 11) with { Known = known },
            ShippedModel.Small("two pink fish", 2) with { DecoderSteps = 7 },
            ShippedModel.Small(After, 11) with { Known = new(known.Image, known.Kept.ToArray()) { Resamplings = 2 } },
            ShippedModel.Small("a white boat", 4) with { Size = new ImageSize(112, 64) },
        ];
        var encoder = new UnclipEncoder(shipped.Model.Encoder!, new SeededNoiseSource(), TimeProvider.System, new(TimeProvider.System));
        using var stop = new CancellationTokenSource();
        DecodeRequest[] requests = [.. asked.Select(request => request.ToDecodeRequest(
            shipped.Model.Defaults, encoder.Encode(request.ToEncodeRequest(shipped.Model.Defaults), TestContext.Current.CancellationToken)[0], 0, null, default))];

        var decoder = new UnclipDecoder(shipped.Model.Decoder!, new SeededNoiseSource(), TimeProvider.System, new(TimeProvider.System));
        string[] alone = [.. requests.Select(request => Assert.Single(Draw(decoder, request)).Digest)];
        List<(DecodeRequest Request, SampleEnd End, string Digest)> together = Draw(decoder, [.. requests, requests[0] with { Cancellation = stop.Token, Progress = new StopAfter(3, stop) }]);
        Assert.Equal(4, alone.Distinct().Count());
        Assert.Equal(SampleEnd.Cancelled, together.Single(image => image.Request.Cancellation == stop.Token).End);
        Assert.Equal(alone, requests.Select(request => together.Single(image => ReferenceEquals(image.Request, request)).Digest));
    }

    [Fact]
    public void A_mask_that_does_not_fit_is_refused_in_a_sentence()
    {
        var image = new SourceImage(64, 64, new byte[3 * 64 * 64]);
        RefusedRequestException size = Assert.Throws<RefusedRequestException>(() => new KnownRegion(image, new byte[64 * 63]));
        Assert.Equal(("invalid_mask", "The mask has 4032 pixels; expected 64x64, as the picture has."), (size.Code, size.Message));
        RefusedRequestException full = Assert.Throws<RefusedRequestException>(() => new KnownRegion(image, Enumerable.Repeat((byte)1, 64 * 64).ToArray()));
        Assert.Equal("The mask leaves nothing to draw: no pixel of it is transparent.", full.Message);
        Assert.Equal("The picture lies outside of the canvas of 128x64.", Assert.Throws<RefusedRequestException>(() => KnownRegion.Place(image, new(128, 64), 128, 0)).Message);
    }

    [Fact]
    public void A_model_without_the_parts_for_it_names_them()
    {
        using UnclipModel lacking = ModelFolder.Load(TestModel.Latent, TestModel.Cpu);
        var pipeline = new UnclipPipeline(lacking.Encoder!, lacking.Decoder!, lacking.Defaults, new SeededNoiseSource(), TimeProvider.System);
        var image = new SourceImage(64, 64, new byte[3 * 64 * 64]);
        RefusedRequestException refused = Assert.Throws<RefusedRequestException>(() => pipeline.Generate(
            new() { Prompt = "a horse", Known = new(image, new byte[64 * 64]) }, (_, _) => { }, cancellation: TestContext.Current.CancellationToken));
        Assert.Equal(("missing_model_part", "This model cannot keep a part of a picture: it has no autoencoder/encoder.onnx."), (refused.Code, refused.Message));
    }

    private static KnownRegion Known(SourceImage image) =>
        new(image, Enumerable.Range(0, image.Width * image.Height).Select(i => (byte)(i % image.Width < image.Width / 2 ? 1 : 0)).ToArray());

    private static List<(DecodeRequest Request, SampleEnd End, string Digest)> Draw(UnclipDecoder decoder, params DecodeRequest[] requests)
    {
        var images = new List<(DecodeRequest, SampleEnd, string)>();
        Array.ForEach(requests, decoder.Add);
        while (decoder.Occupied > 0)
        {
            images.AddRange(decoder.Step().Select(image => (image.Request, image.End, image.Picture is { } picture ? ShippedModel.Keep(picture).Digest() : "")));
        }

        return images;
    }

    private sealed class StopAfter(int steps, CancellationTokenSource stop) : IProgress<UnclipProgress>
    {
        public void Report(UnclipProgress value)
        {
            if (value.Step == steps)
            {
                stop.Cancel();
            }
        }
    }
}
