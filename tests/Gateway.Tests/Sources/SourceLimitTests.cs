using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Database;
using Limner.Gateway.Tests.Submissions;
using Limner.Gateway.Tests.Uploads;

namespace Limner.Gateway.Tests.Sources;

/// <summary>What a request of a few hundred bytes makes the store keep.</summary>
public sealed class SourceLimitTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task The_pictures_that_a_tenants_jobs_were_given_have_a_limit_together(string provider)
    {
        byte[] png = TestPictures.Png(64, 64);
        await using RunningGateway gateway = await RunningGateway.StartAsync(await MigrationTests.NewAsync(provider), settings: ("Uploads:MaxBytesPerTenant", $"{(3 * png.Length) + 1}"));
        using GatewayClient client = await gateway.NewTenantAsync(), other = await gateway.NewTenantAsync();
        object variation = new { operation = "variation", image = SourceTests.DataUrl(png) };
        await client.SubmitAsync(variation);
        await client.SubmitAsync(new { operation = "blend", parts = new object[] { new { image = SourceTests.DataUrl(png) }, new { prompt = "a hat" }, new { image = SourceTests.DataUrl(png) } } });

        using HttpResponseMessage response = await client.PostAsync(JsonSerializer.Serialize(variation));

        JsonObject error = await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.Conflict);
        Assert.Equal("file_limit_reached", (string)error["code"]!);
        Assert.Contains($"have {3 * png.Length} bytes, which with the next one", (string)error["message"]!, StringComparison.Ordinal);
        Assert.Equal(3, await gateway.CountObjectsAsync("/source-"));
        await client.SubmitAsync(new { prompt = "a hat" });
        await other.SubmitAsync(variation);
    }

    [Fact]
    public async Task A_request_that_is_refused_for_its_last_picture_leaves_none_of_the_first()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite());
        using GatewayClient client = await gateway.NewTenantAsync();
        string png = SourceTests.DataUrl(TestPictures.Png(64, 64));
        using HttpResponseMessage response = await client.PostAsync(JsonSerializer.Serialize(
            new { operation = "blend", parts = new object[] { new { image = png }, new { image = png }, new { image = $"img_{new string('0', 32)}_0" } } }));

        Assert.Equal("image_not_found", (string)(await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.NotFound))["code"]!);
        Assert.Equal(0, await gateway.CountObjectsAsync("/source-"));
    }
}
