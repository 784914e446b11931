using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Limner.Contracts.Edits;
using Limner.Contracts.Jobs;
using Limner.Gateway.Images;
using Limner.Gateway.Jobs;
using Limner.Gateway.Retention;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Database;
using Limner.Gateway.Tests.Files;
using Limner.Gateway.Tests.Submissions;
using Limner.Gateway.Tests.Uploads;
using Limner.ObjectStorage;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.Sources;

/// <summary>Jobs that are made of pictures: sent with them, uploaded before, or drawn by earlier jobs.</summary>
public abstract class SourceTests(SharedGateway shared)
{
    private readonly RunningGateway _gateway = shared.Gateway;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_picture_may_be_sent_uploaded_or_of_an_earlier_job()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        byte[] png = TestPictures.Png(64, 64);
        string file = await UploadAsync(client, png);
        string image = await DrawAsync(client);

        foreach ((string given, byte[] bytes) in new[] { (DataUrl(png), png), (file, png), (image, RunningGateway.PictureOf(0)) })
        {
            Guid id = await client.SubmitAsync(new { operation = "variation", image = given, strength = 0.25, n = 2 });
            JobDescription job = await _gateway.Stages.NextOfAsync(client.Tenant);
            Assert.Equal((id, EditOperation.Variation, 0.25f, ""), (job.JobId, job.Request.Edit!.Operation, job.Request.Edit.Strength, job.Request.Prompt));
            Assert.Equal(JobId.SourceKey(client.Tenant, id, 0), job.Request.Edit.Parts.Single().Key);
            Assert.Equal(bytes, await ReadAsync(job.Request.Edit.Parts[0].Key!));
            JsonObject view = await client.GetAsync(id);
            Assert.Equal(("variation", 0.25), ((string)view["operation"]!, (double)view["strength"]!));
        }
    }

    [Fact]
    public async Task Every_operation_becomes_what_the_stages_are_told()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        string png = DataUrl(TestPictures.Png(64, 64)), mask = DataUrl(TestPictures.Mask);
        foreach ((object body, string expected) in new (object, string)[]
        {
            (new { operation = "inpainting", prompt = "a hat", image = png, mask }, "Inpainting [source-0:1] source-1 "),
            (new { operation = "inpainting", prompt = "a hat", image = mask }, "Inpainting [source-0:1]  "),
            (new { operation = "inpainting", prompt = "", image = mask }, "Inpainting [source-0:1]  "),
            (new { operation = "outpainting", prompt = "a hat", image = png, margins = new { left = 64, right = -16 } }, "Outpainting [source-0:1]  Margins { Left = 64, Top = 0, Right = -16, Bottom = 0 }"),
            (new { operation = "blend", parts = new object[] { new { image = png, weight = 0.5 }, new { prompt = "a hat" } } }, "Blend [source-0:0.5, a hat:1]  "),
        })
        {
            await client.SubmitAsync(body);
            EditRequest edit = (await _gateway.Stages.NextOfAsync(client.Tenant)).Request.Edit!;
            string Last(string? key) => key?.Split('/')[^1] ?? "";
            Assert.Equal(expected, FormattableString.Invariant($"{edit.Operation} [{string.Join(", ", edit.Parts.Select(part => FormattableString.Invariant($"{part.Prompt ?? Last(part.Key)}:{part.Weight}")))}] {Last(edit.MaskKey)} {edit.Margins}"));
        }
    }

    [Fact]
    public async Task A_style_goes_with_a_variation_or_a_blend()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        await client.SubmitAsync(new { operation = "variation", image = DataUrl(TestPictures.Png(64, 64)), style = new { towards = "a blue hat", from = "a red hat", weight = 0.5 } });
        Assert.Equal(new EditStyle("a blue hat", "a red hat", 0.5f), (await _gateway.Stages.NextOfAsync(client.Tenant)).Request.Edit!.Style);
        await client.SubmitAsync(new { operation = "blend", parts = new object[] { new { prompt = "a" }, new { prompt = "b" } }, style = new { towards = "c", from = "" } });
        Assert.Equal(new EditStyle("c", "", 1), (await _gateway.Stages.NextOfAsync(client.Tenant)).Request.Edit!.Style);
    }

    [Fact]
    public async Task Anothers_picture_is_not_found()
    {
        using GatewayClient owner = await _gateway.NewTenantAsync(), other = await _gateway.NewTenantAsync();
        string file = await UploadAsync(owner, TestPictures.Png(64, 64)), image = await DrawAsync(owner);
        foreach ((object body, string code, string parameter) in new (object, string, string)[]
        {
            (new { operation = "variation", image = file }, "file_not_found", "image"),
            (new { operation = "variation", image }, "image_not_found", "image"),
            (new { operation = "variation", image = "file-1" }, "file_not_found", "image"),
            (new { operation = "blend", parts = new object[] { new { image }, new { prompt = "a" } } }, "image_not_found", "parts"),
            (new { prompt = "make it blue", parent = image }, "image_not_found", "parent"),
        })
        {
            using HttpResponseMessage response = await other.PostAsync(JsonSerializer.Serialize(body));
            JsonObject error = await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.NotFound);
            Assert.Equal((code, parameter), ((string)error["code"]!, (string?)error["param"]));
        }
    }

    [Fact]
    public async Task What_cannot_be_meant_is_named()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        string png = DataUrl(TestPictures.Png(64, 64)), small = DataUrl(TestPictures.Png(32, 32)), mask = DataUrl(TestPictures.Mask);
        foreach ((object body, string parameter, string says) in new (object, string, string)[]
        {
            (new { operation = "paint", image = png }, "operation", "variation, inpainting"),
            (new { operation = "variation" }, "image", "is missing"),
            (new { operation = "variation", image = "http://169.254.169.254/" }, "image", "other addresses are not fetched"),
            (new { operation = "variation", image = "data:image/png;base64,AAAA" }, "image", "cannot be used"),
            (new { operation = "variation", image = png, strength = 1.5 }, "strength", "from 0 to 1"),
            (new { operation = "variation", image = png, mask }, "mask", "has none"),
            (new { operation = "inpainting", image = small, mask, prompt = "a" }, "mask", "32x32"),
            (new { operation = "inpainting", image = png, mask = png, prompt = "a" }, "mask", "nothing transparent"),
            (new { operation = "inpainting", image = png, mask }, "prompt", "is missing"),
            (new { operation = "inpainting", image = png, mask, prompt = "a", strength = 0.5 }, "strength", "has none"),
            (new { operation = "outpainting", image = png, prompt = "a" }, "margins", "is missing"),
            (new { operation = "outpainting", image = png, prompt = "a", margins = new { left = 0 } }, "margins", "adds nothing"),
            (new { operation = "outpainting", image = png, margins = new { left = -10 } }, "margins", "adds nothing"),
            (new { operation = "outpainting", image = png, margins = new { left = 2049 } }, "left", "from -2048 to 2048"),
            (new { operation = "outpainting", image = png, margins = new { front = 1 } }, "front", "left, top, right, bottom"),
            (new { operation = "outpainting", image = png, zoom = 1 }, "zoom", "from 1.1 to 8"),
            (new { operation = "outpainting", image = png, margins = new { left = 8 }, mask }, "mask", "has none"),
            (new { operation = "variation", image = png, zoom = 2 }, "zoom", "has none"),
            (new { operation = "variation", image = png, style = new { towards = "a" } }, "style", "two prompts"),
            (new { operation = "variation", image = png, style = new { towards = "a", from = "b", weight = 3 } }, "weight", "from 0 to 2"),
            (new { operation = "upscale", image = png, style = new { towards = "a", from = "b" } }, "style", "has none"),
            (new { operation = "blend", parts = new object[] { new { prompt = "a" } } }, "parts", "2 to 4"),
            (new { operation = "blend", parts = new object[] { new { prompt = "a", weight = 0 }, new { prompt = "b", weight = 0 } } }, "parts", "all 0"),
            (new { operation = "blend", parts = new object[] { new { prompt = "a", image = png }, new { prompt = "b" } } }, "parts", "either image or prompt"),
            (new { prompt = "a", image = png }, "image", "operation, which is missing"),
            (new { prompt = "a", parent = "img_x", operation = "variation", image = png }, "parent", "leave one"),
        })
        {
            using HttpResponseMessage response = await client.PostAsync(JsonSerializer.Serialize(body));
            JsonObject error = await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.BadRequest);
            Assert.Equal(parameter, (string?)error["param"]);
            Assert.Contains(says, (string)error["message"]!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_retry_has_files_of_its_own()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        byte[] png = TestPictures.Png(64, 64);
        Guid failed = await client.SubmitAsync(new { operation = "inpainting", prompt = "a hat", image = DataUrl(png), mask = DataUrl(TestPictures.Mask) });
        await _gateway.Stages.NextOfAsync(client.Tenant);
        await _gateway.Bus.Publish(new StageFailed(failed, null, JobStage.Encoding, "x", "y"), Cancellation);
        await client.WaitAsync(failed, "failed");

        (await client.Http.PostAsync($"/v1/jobs/{JobId.Format(failed)}/retry", null, Cancellation)).EnsureSuccessStatusCode();
        JobDescription again = await _gateway.Stages.NextOfAsync(client.Tenant);
        Assert.Equal((JobId.SourceKey(client.Tenant, again.JobId, 0), JobId.SourceKey(client.Tenant, again.JobId, 1)), (again.Request.Edit!.Parts[0].Key, again.Request.Edit.MaskKey));
        Assert.Equal(png, await ReadAsync(again.Request.Edit.Parts[0].Key!));
        Assert.Equal(TestPictures.Mask, await ReadAsync(again.Request.Edit.MaskKey!));
    }

    [Fact]
    public async Task A_batch_takes_pictures_by_their_ids()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        string file = await UploadAsync(client, TestPictures.Png(64, 64));
        string lines = await client.UploadAsync(
            $$"""{"custom_id":"a","method":"POST","url":"/v1/jobs","body":{"operation":"variation","image":"{{file}}"} }""",
            """{"custom_id":"b","method":"POST","url":"/v1/jobs","body":{"operation":"variation","image":"file-00000000000000000000000000000000"}}""");
        string batch = (string)(await GatewayClient.ReadAsync(await client.Http.PostAsync(
            "/v1/batches", GatewayClient.Json($$"""{"input_file_id":"{{lines}}","endpoint":"/v1/jobs","completion_window":"24h"}"""), Cancellation)))["id"]!;
        JobDescription job = await _gateway.Stages.NextOfAsync(client.Tenant);
        Assert.Equal(TestPictures.Png(64, 64), await ReadAsync(job.Request.Edit!.Parts[0].Key!));
        await client.ApproveAsync(job.JobId);
        JsonObject? over = null;
        await Eventually.TrueAsync(async () => (string)(over = await GatewayClient.ReadAsync(await client.Http.GetAsync($"/v1/batches/{batch}", Cancellation)))["status"]! == "completed");
        Assert.Contains("file_not_found", (await client.LinesAsync(over!["error_file_id"])).Single().ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_whose_content_is_lost_is_not_found()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        string file = await UploadAsync(client, TestPictures.Png(64, 64));
        await client.LoseBlocksAsync(_gateway);

        using HttpResponseMessage used = await client.PostAsync($$"""{"operation":"variation","image":"{{file}}"}"""), read = await client.Http.GetAsync($"/v1/files/{file}/content", Cancellation);
        foreach ((HttpResponseMessage response, string? parameter) in new[] { (used, "image"), (read, null) })
        {
            JsonObject error = await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.NotFound);
            Assert.Equal(("file_not_found", parameter), ((string)error["code"]!, (string?)error["param"]));
            Assert.Contains("is lost", (string)error["message"]!, StringComparison.Ordinal);
        }
    }

    internal static string DataUrl(byte[] bytes) => $"data:image/png;base64,{Convert.ToBase64String(bytes)}";

    internal static async Task<string> UploadAsync(GatewayClient client, byte[] bytes) =>
        (string)(await GatewayClient.ReadAsync(await client.UploadAsync(FileClient.Form(new ByteArrayContent(bytes), "a.png", "vision"))))["id"]!;

    internal async Task<string> DrawAsync(GatewayClient client, object? body = null)
    {
        Guid job = await client.SubmitAsync(body);
        await _gateway.Stages.NextOfAsync(client.Tenant);
        await client.ApproveAsync(job);
        await client.WaitAsync(job, "completed");
        return ImageId.Format(job, 0);
    }

    private Task<byte[]?> ReadAsync(string key) => _gateway.Store.ReadAsync(key, 1 << 20, Cancellation);
}

public sealed class PostgresSourceTests(PostgresGateway shared) : SourceTests(shared);

public sealed class SqliteSourceTests(SqliteGateway shared) : SourceTests(shared)
{
    [Fact]
    public async Task What_a_job_was_given_is_kept_as_long_as_the_job_and_no_longer()
    {
        var time = new ShiftedTime();
        await using RunningGateway gateway = await RunningGateway.StartAsync(await MigrationTests.NewAsync("sqlite"), time);
        using GatewayClient client = await gateway.NewTenantAsync();
        Guid job = await client.SubmitAsync(new { operation = "variation", image = DataUrl(TestPictures.Png(64, 64)) });
        string key = JobId.SourceKey(client.Tenant, job, 0), orphan = JobId.SourceKey(client.Tenant, Guid.CreateVersion7(), 0);
        await gateway.Store.PutIfAbsentAsync(orphan, new byte[1], "image/png", TestContext.Current.CancellationToken);
        await client.ApproveAsync(job);
        await client.WaitAsync(job, "completed");

        time.Advance(TimeSpan.FromDays(2));
        await gateway.Services.GetRequiredService<OrphanSweep>().SweepAsync(TestContext.Current.CancellationToken);
        Assert.NotNull(await gateway.Store.ReadAsync(key, 1 << 20, TestContext.Current.CancellationToken));
        Assert.Null(await gateway.Store.ReadAsync(orphan, 1 << 20, TestContext.Current.CancellationToken));

        time.Advance(TimeSpan.FromDays(31));
        await gateway.Services.GetRequiredService<RetentionSweep>().SweepAsync(TestContext.Current.CancellationToken);
        Assert.Null(await gateway.Store.ReadAsync(key, 1 << 20, TestContext.Current.CancellationToken));
    }
}
