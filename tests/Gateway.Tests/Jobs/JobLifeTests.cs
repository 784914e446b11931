using System.Net;
using System.Text.Json.Nodes;
using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Contracts.Moderation;
using Limner.Contracts.Prompts;
using Limner.Gateway.Database;
using Limner.Gateway.Images;
using Limner.Gateway.Jobs;
using Limner.Gateway.Projection;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Submissions;
using Limner.ServiceDefaults.Cancellation;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.Jobs;

public abstract class JobLifeTests(SharedGateway shared)
{
    private readonly RunningGateway _gateway = shared.Gateway;

    [Fact]
    public async Task A_job_runs_and_completes_and_its_images_can_be_fetched()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        Guid job = await client.SubmitAsync(new { prompt = "two stars", n = 2, size = "64x64" });
        await client.WaitAsync(job, "running");
        await Eventually.TrueAsync(() => _gateway.Stages.CountOf(job) == 1);

        await client.ApproveAsync(job, 1);
        await client.ApproveAsync(job, 0);
        JsonObject done = await client.WaitAsync(job, "completed");

        Assert.Null(done["error"]);
        Assert.Equal(["approved", "approved"], done["images"]!.AsArray().Select(image => (string?)image!["status"]));
        using HttpResponseMessage file = await client.Http.GetAsync((string)done["images"]![1]!["url"]!, TestContext.Current.CancellationToken);
        Assert.Equal("image/png", file.Content.Headers.ContentType?.MediaType);
        Assert.Equal(RunningGateway.PictureOf(1), await file.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal($"\"{done["images"]![1]!["sha256"]}\"", file.Headers.ETag?.Tag);
    }

    [Fact]
    public async Task Everything_twice_and_at_once_ends_once_and_is_charged_once()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        Guid job = await client.SubmitAsync(new { prompt = "four stars", n = 4, size = "64x64" });

        await Task.WhenAll(Enumerable.Range(0, 32).Select(i => client.ApproveAsync(job, i % 4)));
        await client.WaitAsync(job, "completed");
        await client.ApproveAsync(job, 2);
        await _gateway.Bus.Publish(new StageFailed(job, null, JobStage.Decoding, "late", "late"), TestContext.Current.CancellationToken);
        await _gateway.Bus.Publish(new StageFailed(job, 3, JobStage.Decoding, "late", "late"), TestContext.Current.CancellationToken);
        Guid marker = await FailAsync(client);

        await using GatewayContext context = _gateway.Database.Read();
        JobEvent[] told = await context.Events.Where(item => item.JobId == job).OrderBy(item => item.Number).ToArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(1, 7), told.Select(item => item.Number));
        Assert.Equal(1, told.Count(item => item.Kind >= JobEventKind.Completed));
        List<int> charged = await context.Usage.Where(entry => entry.JobId == job).Select(entry => entry.Candidate).Order().ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal([0, 1, 2, 3], charged);
        Assert.Equal("completed", (string?)(await client.GetAsync(job))["status"]);
        Assert.NotEqual(job, marker);
    }

    [Fact]
    public async Task A_refused_prompt_fails_the_job_with_its_category()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        Guid job = await client.SubmitAsync();
        await _gateway.Bus.Publish(new PromptRejected(job, new Verdict("violence", "2026-11")), TestContext.Current.CancellationToken);

        JsonObject view = await client.WaitAsync(job, "failed");
        Assert.Equal(("content_policy_violation", "violence", "2026-11"), ((string)view["error"]!["code"]!, (string)view["error"]!["category"]!, (string)view["error"]!["policy_version"]!));
        Assert.Equal("dropped", (string?)view["images"]![0]!["status"]);
    }

    [Fact]
    public async Task A_refused_image_is_removed_and_the_job_completes_with_a_verdict()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        Guid job = await client.SubmitAsync();
        StoredImage image = await _gateway.DrawAsync(client.Tenant, job, 0);
        await _gateway.Bus.Publish(new ImageRejected(job, 0, image, new Verdict("violence", "2026-11"), new WorkDone(10, 1, 1)), TestContext.Current.CancellationToken);

        JsonObject view = await client.WaitAsync(job, "completed");
        Assert.Equal(("rejected", "violence"), ((string)view["images"]![0]!["status"]!, (string)view["images"]![0]!["error"]!["category"]!));
        Assert.Null(view["images"]![0]!["url"]);
        await Eventually.TrueAsync(async () => await _gateway.Store.OpenAsync(image.Key, TestContext.Current.CancellationToken) is null);
        using HttpResponseMessage file = await client.Http.GetAsync($"/v1/images/{ImageId.Format(job, 0)}", TestContext.Current.CancellationToken);
        Assert.Equal("image_not_found", (string?)(await SubmissionTests.ReadErrorAsync(file, HttpStatusCode.NotFound))["code"]);
    }

    [Fact]
    public async Task Of_two_verdicts_on_an_image_the_first_stands_and_decides_whether_it_is_kept()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        Guid job = await client.SubmitAsync(new { prompt = "two stars", n = 2, size = "64x64" });
        await client.ApproveAsync(job, 0);
        StoredImage approved = await _gateway.DrawAsync(client.Tenant, job, 0), refused = await _gateway.DrawAsync(client.Tenant, job, 1);
        Projector projector = _gateway.Services.GetRequiredService<Projector>();
        (Verdict verdict, WorkDone work) = (new Verdict("violence", "2026-11"), new WorkDone(10, 1, 1));
        await projector.ApplyAsync(new ImageRejected(job, 1, refused, verdict, work), TestContext.Current.CancellationToken);
        await client.WaitAsync(job, "completed");

        // Both were drawn and judged again, since their messages came twice.
        await _gateway.DrawAsync(client.Tenant, job, 1);
        await projector.ApplyAsync(new ImageRejected(job, 0, approved, verdict, work), TestContext.Current.CancellationToken);
        await projector.ApplyAsync(new ImageRejected(job, 1, refused, verdict, work), TestContext.Current.CancellationToken);

        using HttpResponseMessage file = await client.Http.GetAsync($"/v1/images/{ImageId.Format(job, 0)}", TestContext.Current.CancellationToken);
        Assert.Equal(RunningGateway.PictureOf(0), await file.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Null(await _gateway.Store.OpenAsync(refused.Key, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_a_stage_says_of_its_failure_reaches_the_owner()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        Guid job = await FailAsync(client);

        JsonObject view = await client.GetAsync(job);
        Assert.Equal(("prompt_too_long", "The prompt has too many tokens."), ((string)view["error"]!["code"]!, (string)view["error"]!["message"]!));
    }

    [Fact]
    public async Task A_stage_that_throws_fails_the_job_without_saying_what_it_threw()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        Guid job = await client.SubmitAsync(new { prompt = Stages.Poison });

        JsonObject view = await client.WaitAsync(job, "failed");
        Assert.Equal("stage_failed", (string?)view["error"]!["code"]);
        Assert.DoesNotContain("hunter2", view.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_job_is_told_to_the_workers_and_stays_cancelled()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        Guid job = await client.SubmitAsync();
        await client.WaitAsync(job, "running");

        JsonObject view = await GatewayClient.ReadAsync(await client.Http.DeleteAsync($"/v1/jobs/{JobId.Format(job)}", TestContext.Current.CancellationToken));
        Assert.Equal("cancelled", (string?)view["status"]);
        Assert.Equal("job_cancelled", (string?)view["error"]!["code"]);
        await Eventually.TrueAsync(() => _gateway.Stages.Cancelled.Contains(job));
        Assert.True(await _gateway.Services.GetRequiredService<ICancelFlags>().IsRaisedAsync(job, TestContext.Current.CancellationToken));

        await client.ApproveAsync(job);
        await FailAsync(client);
        JsonObject again = await GatewayClient.ReadAsync(await client.Http.DeleteAsync($"/v1/jobs/{JobId.Format(job)}", TestContext.Current.CancellationToken));
        Assert.Equal(view.ToJsonString(), again.ToJsonString());
    }

    [Fact]
    public async Task Another_tenants_job_and_image_are_not_there()
    {
        using GatewayClient owner = await _gateway.NewTenantAsync(), other = await _gateway.NewTenantAsync();
        Guid job = await owner.SubmitAsync();
        await owner.ApproveAsync(job);
        await owner.WaitAsync(job, "completed");
        string id = JobId.Format(job);

        foreach ((HttpMethod method, string path, string code) in new[]
        {
            (HttpMethod.Get, $"/v1/jobs/{id}", "job_not_found"), (HttpMethod.Delete, $"/v1/jobs/{id}", "job_not_found"),
            (HttpMethod.Get, $"/v1/jobs/{id}/events", "job_not_found"), (HttpMethod.Get, $"/v1/images/{ImageId.Format(job, 0)}", "image_not_found"),
            (HttpMethod.Get, "/v1/jobs/job_nonsense", "job_not_found"), (HttpMethod.Get, "/v1/images/nonsense", "image_not_found"),
        })
        {
            using HttpResponseMessage response = await other.Http.SendAsync(new HttpRequestMessage(method, path), TestContext.Current.CancellationToken);
            Assert.Equal(code, (string?)(await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.NotFound))["code"]);
        }

        Assert.Empty((await GatewayClient.ReadAsync(await other.Http.GetAsync("/v1/jobs", TestContext.Current.CancellationToken)))["data"]!.AsArray());
        Assert.Equal("completed", (string?)(await owner.GetAsync(job))["status"]);
    }

    // The bus keeps the order within the test well enough: what was published before this has been taken when this has had its effect twice.
    private async Task<Guid> FailAsync(GatewayClient client)
    {
        Guid last = default;
        for (int i = 0; i < 2; i++)
        {
            last = await client.SubmitAsync();
            await _gateway.Bus.Publish(new StageFailed(last, null, JobStage.Encoding, "prompt_too_long", "The prompt has\0 too many tokens."), TestContext.Current.CancellationToken);
            await client.WaitAsync(last, "failed");
        }

        return last;
    }
}

public sealed class JobLifeOnSqliteTests(SqliteGateway shared) : JobLifeTests(shared);

public sealed class JobLifeOnPostgresTests(PostgresGateway shared) : JobLifeTests(shared);
