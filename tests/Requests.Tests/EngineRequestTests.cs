using Limner.Contracts.Edits;
using Limner.Contracts.Jobs;
using Limner.Diffusion.Editing;
using Limner.Diffusion.Unclip;
using Limner.Imaging;
using Limner.ObjectStorage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SkiaSharp;

namespace Limner.Requests.Tests;

public sealed class EngineRequestTests : IDisposable
{
    private const string Key = "acme/a/source-0";

    private static readonly GenerationRequest Request = new() { Prompt = "a red star", NegativePrompt = "fog", Candidates = 3, Seed = ulong.MaxValue, Width = 64, Height = 64, Steps = 9, Guidance = 2.5f, Adapter = "red" };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("limner-requests-");
    private readonly ServiceProvider _services;
    private readonly IObjectStore _store;
    private readonly GivenPictures _pictures;

    public EngineRequestTests()
    {
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Storage:Path", _folder.FullName)]).Build();
        _services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddObjectStorage(configuration).BuildServiceProvider();
        _store = _services.GetRequiredService<IObjectStore>();
        _pictures = new(_store);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_of_a_prompt_alone_is_the_engines_request_of_the_same()
    {
        UnclipRequest asked = await EngineRequest.OfAsync(Request, _pictures, Cancellation);
        Assert.Equal(("a red star", "fog", 3, ulong.MaxValue, 9, 2.5f, "red"), (asked.Prompt, asked.NegativePrompt, asked.Candidates, asked.Seed, asked.DecoderSteps, asked.Guidance, asked.Adapter));
        Assert.Empty(asked.Parts);
    }

    [Theory]
    [InlineData(EditOperation.Variation, null, 0.5f)]
    [InlineData(EditOperation.Variation, 0.25f, 0.25f)]
    [InlineData(EditOperation.Revision, null, EngineRequest.RevisionStrength)]
    [InlineData(EditOperation.Blend, null, 0f)]
    public async Task Pictures_become_parts_with_the_operations_own_strength(EditOperation operation, float? strength, float expected)
    {
        var image = new RgbImage(70, 66);
        image.Pixels[4] = 200;
        await _store.PutIfAbsentAsync(Key, PngEncoder.Encode(image), "image/png", Cancellation);
        UnclipRequest asked = await EngineRequest.OfAsync(
            Request with { Edit = new EditRequest { Operation = operation, Parts = [new EditPart(Key, null, 2), new EditPart(null, "a hat", 0.5f)], Strength = strength } }, _pictures, Cancellation);
        Assert.Equal(expected, asked.Strength);
        Assert.Equal((70, 66, 2f), (asked.Parts[0].Image!.Width, asked.Parts[0].Image!.Height, asked.Parts[0].Weight));
        Assert.Equal(image.Pixels, asked.Parts[0].Image!.Rgb.ToArray());
        Assert.Equal(("a hat", 0.5f), (asked.Parts[1].Prompt, asked.Parts[1].Weight));
    }

    [Fact]
    public async Task What_a_mask_leaves_opaque_stays_and_nothing_that_shines_through_in_part()
    {
        using var mask = new SKBitmap(new SKImageInfo(70, 66, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        mask.GetPixelSpan().Fill(byte.MaxValue);
        (mask.GetPixelSpan()[3], mask.GetPixelSpan()[7]) = (0, 128);
        using SKData png = mask.Encode(SKEncodedImageFormat.Png, 100);
        await _store.PutIfAbsentAsync(Key, PngEncoder.Encode(new RgbImage(70, 66)), "image/png", Cancellation);
        await _store.PutIfAbsentAsync("acme/a/mask", png.ToArray(), "image/png", Cancellation);
        UnclipRequest asked = await EngineRequest.OfAsync(
            Request with { Edit = new EditRequest { Operation = EditOperation.Inpainting, Parts = [new EditPart(Key, null, 1)], MaskKey = "acme/a/mask" } }, _pictures, Cancellation);
        Assert.Equal([0, 0, .. Enumerable.Repeat((byte)1, (70 * 66) - 2)], asked.Known!.Kept.ToArray());
    }

    [Fact]
    public async Task Outpainting_keeps_the_picture_on_its_canvas_and_a_size_its_shape()
    {
        var image = new RgbImage(70, 66);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            image.Pixels[i] = (byte)(i * 3);
        }

        await _store.PutIfAbsentAsync(Key, PngEncoder.Encode(image), "image/png", Cancellation);
        var edit = new EditRequest { Operation = EditOperation.Outpainting, Parts = [new EditPart(Key, null, 1)], Margins = new(10, 0, -20, 4) };
        UnclipRequest asked = await EngineRequest.OfAsync(Request with { Width = 60, Height = 70, Edit = edit }, _pictures, Cancellation);
        Assert.Equal((new ImageSize(60, 70), 60, 70), (asked.Size, asked.Known!.Image.Width, asked.Known.Image.Height));
        for (int y = 0; y < 70; y++)
        {
            Assert.Equal(Enumerable.Range(0, 60).Select(x => x >= 10 && y < 66), asked.Known.Kept.Slice(60 * y, 60).ToArray().Select(kept => kept != 0));
            if (y < 66)
            {
                Assert.Equal(image.Pixels.AsSpan(3 * 70 * y, 3 * 50), asked.Known.Image.Rgb.Slice(3 * ((60 * y) + 10), 3 * 50));
            }
        }

        UnclipRequest smaller = await EngineRequest.OfAsync(Request with { Width = 70, Height = 66, Edit = edit with { Margins = null, Zoom = 2 } }, _pictures, Cancellation);
        Assert.Equal(35 * 33, smaller.Known!.Kept.ToArray().Count(kept => kept != 0));
        Assert.NotEqual(0, smaller.Known.Kept[(16 * 70) + 17]);
        Assert.Equal(0, smaller.Known.Kept[(16 * 70) + 16]);
    }

    [Fact]
    public async Task An_upscale_is_a_picture_alone_which_nothing_has_to_be_encoded_for()
    {
        await _store.PutIfAbsentAsync(Key, PngEncoder.Encode(new RgbImage(70, 66)), "image/png", Cancellation);
        GenerationRequest request = Request with { Prompt = "", Edit = new EditRequest { Operation = EditOperation.Upscale, Parts = [new EditPart(Key, null, 1)] } };
        UnclipRequest asked = await EngineRequest.OfAsync(request, _pictures, Cancellation);
        Assert.Equal((70, 66, 0), (asked.Upscale!.Width, asked.Upscale.Height, asked.Parts.Count));
        Assert.Equal((true, false), (EngineRequest.OnlyEnlarges(request), EngineRequest.OnlyEnlarges(Request)));
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData(EditOperation.Variation, 1)]
    public async Task A_reroll_has_the_embedding_of_its_image_and_another_noise(EditOperation? operation, int parts)
    {
        await _store.PutIfAbsentAsync(Key, PngEncoder.Encode(new RgbImage(70, 66)), "image/png", Cancellation);
        var edit = new EditRequest { Operation = EditOperation.Reroll, Parts = [.. Enumerable.Repeat(new EditPart(Key, null, 1), parts)], Composition = new Composition(9, 2, operation) };
        UnclipRequest asked = await EngineRequest.OfAsync(Request with { Edit = edit }, _pictures, Cancellation);
        Assert.Equal((9UL, ulong.MaxValue, 2, parts, "a red star"), (asked.Seed, asked.DecoderSeed, asked.Composition, asked.Parts.Count, asked.Prompt));
        EncodeRequest encode = asked.ToEncodeRequest(new UnclipDefaults());
        Assert.Equal((2, 1), (encode.FirstCandidate, encode.Candidates));
    }

    [Fact]
    public async Task A_style_is_the_engines()
    {
        var edit = new EditRequest { Operation = EditOperation.Blend, Parts = [new EditPart(null, "a hat", 1)], Style = new EditStyle("a blue hat", "a red hat", 0.5f) };
        Assert.Equal(new StyleShift("a blue hat", "a red hat", 0.5f), (await EngineRequest.OfAsync(Request with { Edit = edit }, _pictures, Cancellation)).Style);
    }

    [Fact]
    public async Task A_picture_that_is_gone_or_none_is_lost()
    {
        var edit = new EditRequest { Operation = EditOperation.Variation, Parts = [new EditPart(Key, null, 1)] };
        await Assert.ThrowsAsync<LostPictureException>(() => EngineRequest.OfAsync(Request with { Edit = edit }, _pictures, Cancellation));
        await _store.PutIfAbsentAsync(Key, new byte[9], "image/png", Cancellation);
        await Assert.ThrowsAsync<LostPictureException>(() => EngineRequest.OfAsync(Request with { Edit = edit }, _pictures, Cancellation));
    }

    public void Dispose()
    {
        _pictures.Dispose();
        _services.Dispose();
        _folder.Delete(recursive: true);
    }
}
