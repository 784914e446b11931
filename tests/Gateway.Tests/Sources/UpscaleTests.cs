using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Limner.Contracts.Edits;
using Limner.Contracts.Jobs;
using Limner.Gateway.Database;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Submissions;
using Limner.Gateway.Tests.Uploads;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.Sources;

/// <summary>Jobs that enlarge a picture.</summary>
public abstract class UpscaleTests(SharedGateway shared)
{
    private readonly RunningGateway _gateway = shared.Gateway;

    [Theory]
    [InlineData(64, 64, null, 256, 256)]
    [InlineData(64, 64, "1024x1024", 1024, 1024)]
    [InlineData(1000, 1000, null, 2048, 2048)]
    [InlineData(300, 200, null, 1200, 800)]
    [InlineData(1500, 1000, null, 2048, 1365)]
    public async Task It_becomes_as_large_as_was_asked_for_or_four_times_as_large_and_weighs_what_it_is(int width, int height, string? size, int expectedWidth, int expectedHeight)
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        Guid id = await client.SubmitAsync(new { operation = "upscale", image = SourceTests.DataUrl(TestPictures.Png(width, height)), size, n = 2, seed = 3 });
        GenerationRequest request = (await _gateway.Stages.NextOfAsync(client.Tenant)).Request;
        Assert.Equal((expectedWidth, expectedHeight, ""), (request.Width, request.Height, request.Prompt));
        Assert.Equal((EditOperation.Upscale, 1), (request.Edit!.Operation, request.Edit.Parts.Count));
        await using GatewayContext context = _gateway.Services.GetRequiredService<Transactions>().Read();
        // Seven steps of super-resolution are assumed, where a drawing's are fifty.
        Assert.Equal(7L * expectedWidth * expectedHeight * 2, (await context.Jobs.AsNoTracking().SingleAsync(job => job.Id == id, TestContext.Current.CancellationToken)).Work);
    }

    [Fact]
    public async Task A_word_that_comes_with_it_is_neither_filled_in_nor_lost_to_moderation()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        await client.SubmitAsync(new { operation = "upscale", image = SourceTests.DataUrl(TestPictures.Png(64, 64)), prompt = "star" });
        GenerationRequest request = (await _gateway.Stages.NextOfAsync(client.Tenant)).Request;
        Assert.Equal(("star", null), (request.Prompt, request.AskedPrompt));
    }

    [Fact]
    public async Task What_cannot_be_enlarged_is_named()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        string Picture(int width, int height) => SourceTests.DataUrl(TestPictures.Png(width, height));
        foreach ((object body, string parameter, string says) in new (object, string, string)[]
        {
            (new { operation = "upscale" }, "image", "is missing"),
            (new { operation = "upscale", image = Picture(64, 32) }, "image", "it has to have 64 on each side"),
            (new { operation = "upscale", image = Picture(2048, 64) }, "image", "there is nothing to enlarge"),
            (new { operation = "upscale", image = Picture(256, 256), size = "256x256" }, "size", "larger and of the same shape"),
            (new { operation = "upscale", image = Picture(300, 200), size = "1024x1024" }, "size", "larger and of the same shape"),
            (new { operation = "upscale", image = Picture(64, 64), steps = 9 }, "steps", "has none"),
            (new { operation = "upscale", image = Picture(64, 64), negative_prompt = "fog" }, "negative_prompt", "has none"),
            (new { operation = "upscale", image = Picture(64, 64), strength = 0.5 }, "strength", "has none"),
        })
        {
            using HttpResponseMessage response = await client.PostAsync(JsonSerializer.Serialize(body));
            JsonObject error = await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.BadRequest);
            Assert.Equal(parameter, (string?)error["param"]);
            Assert.Contains(says, (string)error["message"]!, StringComparison.Ordinal);
        }
    }
}

public sealed class PostgresUpscaleTests(PostgresGateway shared) : UpscaleTests(shared);

public sealed class SqliteUpscaleTests(SqliteGateway shared) : UpscaleTests(shared);
