using System.Text.Json.Nodes;
using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Gateway.Database;
using Limner.Gateway.Jobs;
using Limner.Gateway.Projection;
using Limner.Gateway.Tests.Application;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.Projection;

public sealed class LostMessagesTests(SqliteGateway shared)
{
    // The in-memory bus has no dead letters; what the queue would bring is put into its endpoint.
    [Fact]
    public async Task A_dead_letter_of_a_stage_ends_its_job_and_one_of_a_report_is_taken_as_the_report()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        Guid submitted = await client.SubmitAsync(), encoded = await client.SubmitAsync(new { prompt = "two stars", n = 2 }), approved = await client.SubmitAsync();
        ISendEndpoint letters = await shared.Gateway.Bus.GetSendEndpoint(new Uri("queue:limner-dead-letter"));
        await letters.Send(new JobSubmitted(await DescribeAsync(submitted)), TestContext.Current.CancellationToken);
        await letters.Send(new ImageEncoded(await DescribeAsync(encoded), 1, "key"), TestContext.Current.CancellationToken);
        await client.ApproveAsync(encoded, 0);
        await letters.Send(new ImageApproved(approved, 0, await shared.Gateway.DrawAsync(client.Tenant, approved, 0), new WorkDone(1, 1, 1)), TestContext.Current.CancellationToken);

        Assert.Equal("dead_lettered", (string?)(await client.WaitAsync(submitted, "failed"))["error"]!["code"]);
        JsonObject half = await client.WaitAsync(encoded, "completed");
        Assert.Equal("dead_lettered", (string?)half["images"]![1]!["error"]!["code"]);
        await client.WaitAsync(approved, "completed");
    }

    [Fact]
    public async Task What_names_no_job_or_no_candidate_changes_nothing()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        Guid job = await client.SubmitAsync();
        await client.WaitAsync(job, "running");
        Projector projector = shared.Gateway.Services.GetRequiredService<Projector>();
        await projector.FailAsync(Guid.CreateVersion7(), 0, new Failure("stage_failed", "of a job that is gone"), TestContext.Current.CancellationToken);
        await projector.FailAsync(job, 5, new Failure("stage_failed", "of a candidate that never was"), TestContext.Current.CancellationToken);

        Assert.Equal("running", (string?)(await client.GetAsync(job))["status"]);
    }

    private async Task<JobDescription> DescribeAsync(Guid id)
    {
        await using GatewayContext context = shared.Gateway.Database.Read();
        return (await context.Jobs.AsNoTracking().SingleAsync(job => job.Id == id, TestContext.Current.CancellationToken)).Describe();
    }
}
