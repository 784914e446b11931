using System.Text.Json.Nodes;
using Limner.Contracts.Images;
using Limner.Gateway.Tests.Application;

namespace Limner.Gateway.Tests.Projection;

public sealed class UnrecordedReportsTests(PostgresGateway shared)
{
    // PostgreSQL holds no text with a null character: writing this down fails however often it is tried.
    [Fact]
    public async Task A_report_that_cannot_be_written_down_fails_its_candidate_and_leaves_nobody_waiting()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        Guid job = await client.SubmitAsync(new { prompt = "two stars", n = 2 });
        await client.WaitAsync(job, "running");
        var image = new StoredImage($"{client.Tenant}/{job:N}/0.png", 64, 64, 1, "00");
        await shared.Gateway.Bus.Publish(new ImageApproved(job, 0, image, new WorkDone(1, 1, 1, "a \0 in the model's name")), TestContext.Current.CancellationToken);
        await client.ApproveAsync(job, 1);

        JsonObject ended = await client.WaitAsync(job, "completed");
        Assert.Equal(["failed", "approved"], ended["images"]!.AsArray().Select(candidate => (string?)candidate!["status"]));
        Assert.Equal("stage_failed", (string?)ended["images"]![0]!["error"]!["code"]);
    }
}
