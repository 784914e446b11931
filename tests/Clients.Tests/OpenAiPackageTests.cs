using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Limner.Imaging;
using Limner.Imaging.Uploads;
using OpenAI;
using OpenAI.Images;
using OpenAI.Models;
using OpenAI.Moderations;

namespace Limner.Clients.Tests;

#pragma warning disable OPENAI001 // Parts of the package that its authors may still change.

/// <summary>The package <c>OpenAI</c> from NuGet, unchanged but for the address.</summary>
public abstract class OpenAiPackageTests(Service service) : ClientTests(service)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private ApiKeyCredential Key => new(Limner.Key);

    private OpenAIClientOptions Options => new() { Endpoint = Limner.Api };

    [Fact]
    public async Task Pictures_in_bytes()
    {
        GeneratedImageCollection pictures = await Images("dall-e-2").GenerateImagesAsync(
            "a red fox", 2, new ImageGenerationOptions { ResponseFormat = GeneratedImageFormat.Bytes, EndUserId = "user-17" }, TestContext.Current.CancellationToken);

        Assert.Equal(2, pictures.Count);
        Assert.All(pictures, picture => Assert.Equal((ImageFormat.Png, 128), FormOf(picture.ImageBytes)));
        Assert.NotEqual(pictures[0].ImageBytes.ToArray(), pictures[1].ImageBytes.ToArray());
        Assert.InRange(pictures.CreatedAt, TimeProvider.System.GetUtcNow().AddMinutes(-10), TimeProvider.System.GetUtcNow().AddMinutes(1));
    }

    [Fact]
    public async Task A_picture_at_an_address_that_needs_no_key()
    {
        GeneratedImage picture = await Images("dall-e-3").GenerateImageAsync(
            "a red fox", new ImageGenerationOptions { ResponseFormat = GeneratedImageFormat.Uri, Style = GeneratedImageStyle.Vivid, Quality = GeneratedImageQuality.Standard }, TestContext.Current.CancellationToken);

        Assert.Equal("a red fox", picture.RevisedPrompt);
        using var stranger = new HttpClient();
        using HttpResponseMessage response = await stranger.GetAsync(picture.ImageUri, TestContext.Current.CancellationToken);
        Assert.Equal("image/png", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal((ImageFormat.Png, 128), FormOf(BinaryData.FromBytes(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken))));
    }

    [Fact]
    public async Task A_picture_of_the_GPT_image_family_in_another_format()
    {
        GeneratedImageCollection pictures = await Images("gpt-image-1").GenerateImagesAsync("a red fox", 1, new ImageGenerationOptions
        {
            OutputFileFormat = GeneratedImageFileFormat.Webp,
            OutputCompressionFactor = 50,
            Background = GeneratedImageBackground.Opaque,
            Quality = GeneratedImageQuality.LowQuality,
            ModerationLevel = GeneratedImageModerationLevel.Low,
            Size = GeneratedImageSize.Auto,
        }, TestContext.Current.CancellationToken);

        Assert.Equal((ImageFormat.Webp, 128), FormOf(Assert.Single(pictures).ImageBytes));
        Assert.Equal(("webp", "low", "opaque"), (pictures.OutputFileFormat.ToString(), pictures.Quality.ToString(), pictures.Background.ToString()));
        // "a red fox" with its start and end, and 128 by 128 pixels.
        Assert.InRange(pictures.Usage.InputTokenCount, 4, 12);
        Assert.Equal((16, pictures.Usage.InputTokenCount + 16), (pictures.Usage.OutputTokenCount, pictures.Usage.TotalTokenCount));
    }

    [Fact]
    public async Task A_stream_of_previews_and_the_picture()
    {
        BinaryContent body = BinaryContent.Create(BinaryData.FromString("""{"model":"gpt-image-1","prompt":"a red fox","stream":true,"partial_images":2,"steps":900}"""));
        var types = new List<string>();
        await foreach (SseItem<BinaryData> item in await Images("gpt-image-1").GenerateImagesStreamingAsync(body, new RequestOptions { BufferResponse = false }))
        {
            JsonElement told = JsonDocument.Parse(item.Data).RootElement;
            Assert.Equal(item.EventType, told.GetProperty("type").GetString());
            Assert.Equal((ImageFormat.Png, 128), FormOf(BinaryData.FromBytes(told.GetProperty("b64_json").GetBytesFromBase64())));
            types.Add(item.EventType);
        }

        Assert.Equal("image_generation.completed", types[^1]);
        Assert.InRange(types.Count, 2, 3);
        Assert.All(types[..^1], type => Assert.Equal("image_generation.partial_image", type));
    }

    [Fact]
    public async Task A_picture_need_not_be_square()
    {
        GeneratedImageCollection pictures = await Images("gpt-image-2").GenerateImagesAsync(
            "a red fox", 1, new ImageGenerationOptions { Size = new GeneratedImageSize(192, 64) }, TestContext.Current.CancellationToken);
        ImageHeader header = UploadedImage.Check(Assert.Single(pictures).ImageBytes, 1 << 20);
        Assert.Equal((192, 64), (header.Width, header.Height));
    }

    [Fact]
    public async Task Errors_have_status_and_code()
    {
        ClientResultException size = await Assert.ThrowsAsync<ClientResultException>(() => Images("dall-e-2").GenerateImageAsync(
            "a red fox", new ImageGenerationOptions { Size = GeneratedImageSize.W1792xH1024 }, TestContext.Current.CancellationToken));
        Assert.Equal((400, "invalid_value", "size"), Envelope(size));
        ClientResultException refused = await Assert.ThrowsAsync<ClientResultException>(() => Images("dall-e-2").GenerateImageAsync("a nude woman", null, TestContext.Current.CancellationToken));
        Assert.Equal((400, "content_policy_violation", null), Envelope(refused));
        ClientResultException model = await Assert.ThrowsAsync<ClientResultException>(() => Images("gpt-9").GenerateImageAsync("a red fox", null, TestContext.Current.CancellationToken));
        Assert.Equal((404, "model_not_found", "model"), Envelope(model));
        var stranger = new ImageClient("dall-e-2", new ApiKeyCredential("lmn_nobodys-key-0123456789-0123456789"), Options);
        ClientResultException unknown = await Assert.ThrowsAsync<ClientResultException>(() => stranger.GenerateImageAsync("a red fox", null, TestContext.Current.CancellationToken));
        Assert.Equal((401, "invalid_api_key", null), Envelope(unknown));
    }

    [Fact]
    public async Task Edits_and_variations_are_pictures()
    {
        byte[] png = PngEncoder.Encode(Fox());
        var bytes = new ImageVariationOptions { ResponseFormat = GeneratedImageFormat.Bytes };
        GeneratedImageCollection variations = await Images("dall-e-2").GenerateImageVariationsAsync(new MemoryStream(png), "fox.png", 2, bytes, TestContext.Current.CancellationToken);
        Assert.Equal([(ImageFormat.Png, 128), (ImageFormat.Png, 128)], variations.Select(picture => FormOf(picture.ImageBytes)));
        Assert.NotEqual(variations[0].ImageBytes.ToArray(), variations[1].ImageBytes.ToArray());
        GeneratedImage addressed = await Images("dall-e-2").GenerateImageVariationAsync(new MemoryStream(png), "fox.png", null, TestContext.Current.CancellationToken);
        Assert.NotNull(addressed.ImageUri);

        GeneratedImageCollection edits = await Images("gpt-image-1").GenerateImageEditsAsync(new MemoryStream(png), "fox.png", "a hat", 2, null, TestContext.Current.CancellationToken);
        Assert.Equal([(ImageFormat.Png, 128), (ImageFormat.Png, 128)], edits.Select(picture => FormOf(picture.ImageBytes)));
        ClientResultException broken = await Assert.ThrowsAsync<ClientResultException>(() => Images("gpt-image-1").GenerateImageEditAsync(new MemoryStream(png[..50]), "fox.png", "a hat", null, TestContext.Current.CancellationToken));
        Assert.Equal((400, "invalid_image", "image"), Envelope(broken));
    }

    private static RgbImage Fox()
    {
        var image = new RgbImage(64, 64);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            image.Pixels[i] = (byte)(i * 7);
        }

        return image;
    }

    [Fact]
    public async Task Models()
    {
        var models = new OpenAIModelClient(Key, Options);
        OpenAIModelCollection all = await models.GetModelsAsync(TestContext.Current.CancellationToken);
        Assert.Contains(all, model => model is { Id: "dall-e-3", OwnedBy: "limner" });
        OpenAIModel own = await models.GetModelAsync(all.First().Id, TestContext.Current.CancellationToken);
        Assert.Equal(all.First().Id, own.Id);
        // The workers' own model draws by its own name, at sizes that no family of OpenAI's has.
        GeneratedImage picture = await Images(own.Id).GenerateImageAsync("a red fox", new ImageGenerationOptions { Size = new GeneratedImageSize(64, 64), ResponseFormat = GeneratedImageFormat.Bytes }, TestContext.Current.CancellationToken);
        Assert.Equal((ImageFormat.Png, 64), FormOf(picture.ImageBytes));
    }

    [Fact]
    public async Task Moderations()
    {
        var moderation = new ModerationClient("omni-moderation-latest", Key, Options);
        ModerationResultCollection results = await moderation.ClassifyTextAsync(["a killer whale", "a nude woman"], TestContext.Current.CancellationToken);
        Assert.Equal([false, true], results.Select(result => result.Flagged));
        Assert.Equal((true, 1f, false), (results[1].Sexual.Flagged, results[1].Sexual.Score, results[1].Violence.Flagged));
        Assert.StartsWith("limner-policy-", results.Model, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_gives_up_takes_his_job_with_him_within_a_step()
    {
        using var giveUp = new CancellationTokenSource();
        const string Prompt = "a fox that takes long";
        Task<ClientResult> asking = Images("dall-e-2").GenerateImagesAsync(
            BinaryContent.Create(BinaryData.FromString($$"""{"prompt":"{{Prompt}}","n":10,"steps":900}""")), new RequestOptions { CancellationToken = giveUp.Token });
        using var http = new HttpClient { BaseAddress = new Uri(Limner.Api, "/") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Limner.Key);
        await UntilAsync(http, Prompt, "running");
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await UntilAsync(http, Prompt, "cancelled");

        // 9,000 steps would take far longer than this: the slots are free.
        GeneratedImage next = await Images("dall-e-2").GenerateImageAsync("a blue house", new ImageGenerationOptions { ResponseFormat = GeneratedImageFormat.Bytes }, TestContext.Current.CancellationToken);
        Assert.NotNull(next.ImageBytes);
    }

    private static async Task UntilAsync(HttpClient http, string prompt, string status)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        while (true)
        {
            using JsonDocument jobs = JsonDocument.Parse(await http.GetStringAsync(new Uri("v1/jobs?limit=5", UriKind.Relative), limit.Token));
            if (jobs.RootElement.GetProperty("data").EnumerateArray().Any(job => job.GetProperty("prompt").GetString() == prompt && job.GetProperty("status").GetString() == status))
            {
                return;
            }

            await Task.Delay(Pause, TimeProvider.System, limit.Token);
        }
    }

    private ImageClient Images(string model) => new(model, Key, Options);

    private static (ImageFormat Format, int Width) FormOf(BinaryData file)
    {
        ImageHeader header = UploadedImage.Check(file, 1 << 20);
        return (header.Format, header.Width);
    }

    private static (int Status, string Code, string? Parameter) Envelope(ClientResultException error)
    {
        using JsonDocument body = JsonDocument.Parse(error.GetRawResponse()!.Content);
        JsonElement inner = body.RootElement.GetProperty("error");
        return (error.Status, inner.GetProperty("code").GetString()!, inner.GetProperty("param").GetString());
    }
}

public sealed class OpenAiPackageAgainstStandaloneTests(Standalone service) : OpenAiPackageTests(service);

public sealed class OpenAiPackageAgainstServicesTests(Apart service) : OpenAiPackageTests(service);
