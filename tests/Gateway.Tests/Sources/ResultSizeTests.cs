using System.Net;
using System.Text.Json.Nodes;
using Limner.Contracts.Edits;
using Limner.Contracts.Jobs;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Submissions;
using Limner.Gateway.Tests.Uploads;
using Limner.Imaging;

namespace Limner.Gateway.Tests.Sources;

/// <summary>Pictures that are gone on with keep their shape: their size follows from the picture, or is refused in a sentence.</summary>
public sealed class ResultSizeTests(SqliteGateway shared)
{
    private readonly RunningGateway _gateway = shared.Gateway;

    [Theory]
    [InlineData("""{"operation":"outpainting","margins":{"right":64}}""", 96, 64, 160, 64)]
    [InlineData("""{"operation":"outpainting","margins":{"left":32,"top":64,"right":-32}}""", 96, 64, 96, 128)]
    [InlineData("""{"operation":"outpainting","zoom":1.5}""", 100, 70, 100, 70)]
    [InlineData("""{"operation":"outpainting","zoom":2,"margins":{"right":28},"prompt":"a boat"}""", 100, 64, 128, 64)]
    [InlineData("""{"operation":"outpainting","margins":{"right":64},"size":"512x256"}""", 64, 64, 512, 256)]
    [InlineData("""{"operation":"inpainting","prompt":"a hat"}""", 64, 64, 1024, 1024)]
    [InlineData("""{"operation":"inpainting","prompt":"a hat","size":"256x256"}""", 64, 64, 256, 256)]
    [InlineData("""{"operation":"inpainting","prompt":"a hat","size":"300x300"}""", 300, 300, 300, 300)]
    public async Task It_follows_from_the_picture(string body, int width, int height, int drawnWidth, int drawnHeight)
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        using HttpResponseMessage response = await client.PostAsync(With(body, width, height));
        JsonObject view = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsObject();
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, view.ToJsonString());
        Assert.Equal($"{drawnWidth}x{drawnHeight}", (string?)view["size"]);

        GenerationRequest told = (await _gateway.Stages.NextOfAsync(client.Tenant)).Request;
        Assert.Equal((drawnWidth, drawnHeight), (told.Width, told.Height));
        if (told.Edit!.Operation == EditOperation.Outpainting)
        {
            JsonNode asked = JsonNode.Parse(body)!;
            int Side(string name) => (int?)asked["margins"]?[name] ?? 0;
            Assert.Equal(asked["margins"] is null ? null : new Margins(Side("left"), Side("top"), Side("right"), Side("bottom")), told.Edit.Margins);
            Assert.Equal(((float?)asked["zoom"], (string?)asked["prompt"] ?? ""), (told.Edit.Zoom, told.Prompt));
        }
    }

    [Theory]
    [InlineData("""{"operation":"outpainting","margins":{"right":2000}}""", 96, 64, "margins", "2096x64 pixels; without a size of its shape, it may have 2048 on a side")]
    [InlineData("""{"operation":"outpainting","margins":{"right":200}}""", 96, 64, "margins", "296x64 pixels; without a size of its shape, it may have 2048 on a side and be 3 times as long as short")]
    [InlineData("""{"operation":"outpainting","margins":{"right":10,"left":-90}}""", 96, 64, "margins", "the canvas would have 16x64 pixels; it has to have 64 on each side at least")]
    [InlineData("""{"operation":"outpainting","margins":{"right":200,"left":-96}}""", 96, 96, "margins", "nothing of the picture of 96x96 would lie on the canvas of 200x96")]
    [InlineData("""{"operation":"outpainting","zoom":1.1,"margins":{"left":-16,"right":-16,"top":-16,"bottom":-16}}""", 128, 128, "margins", "leaves nothing to draw")]
    [InlineData("""{"operation":"outpainting","margins":{"right":64},"size":"256x256"}""", 96, 64, "size", "size is 256x256, but the picture with its margins has 160x64")]
    [InlineData("""{"operation":"inpainting","prompt":"a hat","size":"512x256"}""", 64, 64, "size", "size is 512x256, but image has 64x64")]
    [InlineData("""{"operation":"inpainting","prompt":"a hat","size":"300x300"}""", 64, 64, "size", "size is '300x300'; it has to be")]
    [InlineData("""{"operation":"variation","size":"300x300"}""", 300, 300, "size", "size is '300x300'; it has to be")]
    [InlineData("""{"operation":"variation"}""", 64, 200, "image", "image has 64x200 pixels; its longer side may be 3 times the shorter")]
    [InlineData("""{"operation":"blend","parts":[{"prompt":"a hat"},{}]}""", 200, 64, "parts", "parts has 200x64 pixels")]
    public async Task What_cannot_be_drawn_is_refused(string body, int width, int height, string parameter, string says)
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        using HttpResponseMessage response = await client.PostAsync(With(body, width, height));
        JsonObject error = await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.BadRequest);
        Assert.Equal(("invalid_value", parameter), ((string)error["code"]!, (string?)error["param"]));
        Assert.Contains(says, (string)error["message"]!, StringComparison.Ordinal);
    }

    // What is inpainted is the mask itself: all of it is transparent.
    private static string With(string body, int width, int height)
    {
        JsonObject asked = JsonNode.Parse(body)!.AsObject();
        byte[] picture = (string)asked["operation"]! == "inpainting" ? PngEncoder.EncodeMask(width, height, new byte[width * height]) : TestPictures.Png(width, height);
        (asked["parts"]?[1]!.AsObject() ?? asked)["image"] = $"data:image/png;base64,{Convert.ToBase64String(picture)}";
        return asked.ToJsonString();
    }
}
