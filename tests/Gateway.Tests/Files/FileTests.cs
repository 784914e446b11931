using System.Net;
using System.Text.Json.Nodes;
using Limner.Gateway.Files;
using Limner.Gateway.Retention;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Database;
using Limner.Gateway.Tests.Submissions;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.Files;

public abstract class FileTests(SharedGateway shared)
{
    private readonly RunningGateway _gateway = shared.Gateway;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(FileBlocks.Length)]
    [InlineData(FileBlocks.Length + 1)]
    [InlineData(2 * FileBlocks.Length + 12345)]
    public async Task A_file_is_given_back_byte_for_byte_and_removed_without_a_trace(int bytes)
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        byte[] content = Bytes(bytes);

        JsonObject file = await GatewayClient.ReadAsync(await client.UploadAsync(FileClient.Form(new ByteArrayContent(content))));

        string id = (string)file["id"]!;
        Assert.Equal(("file", "batch", "processed", "requests.jsonl", bytes), ((string)file["object"]!, (string)file["purpose"]!, (string)file["status"]!, (string)file["filename"]!, (int)file["bytes"]!));
        Assert.Equal(TimeSpan.FromDays(30).TotalSeconds, (long)file["expires_at"]! - (long)file["created_at"]!);
        Assert.Equal(content, await client.ContentAsync(id));
        Assert.Equal((bytes + FileBlocks.Length - 1) / FileBlocks.Length, (await client.BlocksAsync(_gateway)).Length);
        Assert.Equal(file.ToJsonString(), (await GatewayClient.ReadAsync(await client.Http.GetAsync($"/v1/files/{id}", Cancellation))).ToJsonString());

        JsonObject removed = await GatewayClient.ReadAsync(await client.Http.DeleteAsync($"/v1/files/{id}", Cancellation));
        Assert.Equal((id, true), ((string)removed["id"]!, (bool)removed["deleted"]!));
        Assert.Empty(await client.BlocksAsync(_gateway));
        using HttpResponseMessage gone = await client.Http.GetAsync($"/v1/files/{id}", Cancellation);
        Assert.Equal("file_not_found", (string?)(await SubmissionTests.ReadErrorAsync(gone, HttpStatusCode.NotFound))["code"]);
    }

    [Fact]
    public async Task Lists_have_pages_and_an_order()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        var ids = new List<string>();
        for (int i = 0; i < 5; i++)
        {
            ids.Add(await client.UploadAsync($"line {i}"));
        }

        ids.Sort(StringComparer.Ordinal);
        JsonObject first = await ListAsync(client, "?limit=2&order=asc");
        Assert.Equal(ids[..2], Ids(first));
        Assert.Equal((true, ids[0], ids[1]), ((bool)first["has_more"]!, (string)first["first_id"]!, (string)first["last_id"]!));
        JsonObject rest = await ListAsync(client, $"?order=asc&after={ids[1]}");
        Assert.Equal(ids[2..], Ids(rest));
        Assert.False((bool)rest["has_more"]!);
        Assert.Equal(ids.AsEnumerable().Reverse(), Ids(await ListAsync(client, "")));
        Assert.Equal(5, Ids(await ListAsync(client, "?purpose=batch")).Length);
        Assert.Empty(Ids(await ListAsync(client, "?purpose=batch_output")));
        using HttpResponseMessage refused = await client.Http.GetAsync("/v1/files?purpose=fine-tune", Cancellation);
        Assert.Equal("purpose", (string?)(await SubmissionTests.ReadErrorAsync(refused, HttpStatusCode.BadRequest))["param"]);
    }

    [Fact]
    public async Task Another_tenants_file_is_not_there()
    {
        using GatewayClient owner = await _gateway.NewTenantAsync(), other = await _gateway.NewTenantAsync();
        string id = await owner.UploadAsync("a line");
        foreach ((HttpMethod method, string path) in new[] { (HttpMethod.Get, ""), (HttpMethod.Get, "/content"), (HttpMethod.Delete, "") })
        {
            using HttpResponseMessage response = await other.Http.SendAsync(new HttpRequestMessage(method, $"/v1/files/{id}{path}"), Cancellation);
            Assert.Equal("file_not_found", (string?)(await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.NotFound))["code"]);
        }

        Assert.Empty(Ids(await ListAsync(other, "")));
        Assert.Equal("a line"u8.ToArray(), await owner.ContentAsync(id));
    }

    [Fact]
    public async Task The_same_upload_with_a_key_is_one_file_whatever_its_boundary()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        HttpResponseMessage[] replies = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => client.UploadAsync(FileClient.Form(new StringContent("a line"), boundary: $"boundary{i}"), "upload-1")));

        Assert.Single((await Task.WhenAll(replies.Select(reply => reply.Content.ReadAsStringAsync(Cancellation)))).Distinct());
        Assert.All(replies, reply => Assert.Equal(HttpStatusCode.OK, reply.StatusCode));
        Assert.Single(Ids(await ListAsync(client, "")));
        using HttpResponseMessage other = await client.UploadAsync(FileClient.Form(new StringContent("another line")), "upload-1");
        Assert.Equal("idempotency_conflict", (string?)(await SubmissionTests.ReadErrorAsync(other, HttpStatusCode.Conflict))["code"]);
    }

    [Fact]
    public async Task A_name_that_is_too_long_is_cut_between_characters()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        string start = new('a', 254), key = "\U0001F511"; // two UTF-16 units, of which the limit would leave one
        string body = $"--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{start}{key}b\"\r\n\r\na line\r\n--b--";
        JsonObject file = await GatewayClient.ReadAsync(await client.UploadAsync(FileClient.Raw(body, "multipart/form-data; boundary=b")));
        Assert.Equal(start + key, (string?)file["filename"]);
    }

    private static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    private static async Task<JsonObject> ListAsync(GatewayClient client, string query) => await GatewayClient.ReadAsync(await client.Http.GetAsync($"/v1/files{query}", Cancellation));

    private static string[] Ids(JsonObject list) => [.. list["data"]!.AsArray().Select(file => (string)file!["id"]!)];
}

public sealed class FileOnSqliteTests(SqliteGateway shared) : FileTests(shared);

public sealed class FileOnPostgresTests(PostgresGateway shared) : FileTests(shared);

public sealed class FileUploadTests(SqliteGateway shared)
{
    private const string Start = "--b\r\nContent-Disposition: form-data; name=";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("\"purpose\"\r\n\r\nbatch\r\n--b--", "missing_required_parameter", "file")]
    [InlineData("\"file\"; filename=\"a\"\r\n\r\nx\r\n--b--", "missing_required_parameter", "purpose")]
    [InlineData("\"purpose\"\r\n\r\nfine-tune\r\n--b--", "invalid_value", "purpose")]
    [InlineData("\"purpose\"\r\n\r\nbatch\r\n" + Start + "\"purpose\"\r\n\r\nbatch\r\n--b--", "invalid_form", null)]
    [InlineData("\"purpose\"\r\n\r\nbatch\r\n" + Start + "\"file\"; filename=\"a\"\r\n\r\n\r\n--b--", "invalid_value", "file")]
    [InlineData("\"purpose\"\r\n\r\nbatch\r\n" + Start + "\"colour\"\r\n\r\nred\r\n--b--", "unknown_parameter", "colour")]
    [InlineData("\"purpose\"\r\n\r\nbatch\r\n" + Start + "\"file\"; filename=\"a\"\r\n\r\ncut", "invalid_form", null)]
    [InlineData("\r\n\r\nbatch\r\n--b--", "invalid_form", null)]
    [InlineData("", "invalid_form", null)]
    public async Task What_is_wrong_with_a_form_is_named_and_nothing_is_kept(string body, string code, string? parameter)
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        using HttpResponseMessage response = await client.UploadAsync(FileClient.Raw(Start + body, "multipart/form-data; boundary=b"));

        JsonObject error = await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.BadRequest);
        Assert.Equal((code, parameter), ((string)error["code"]!, (string?)error["param"]));
        Assert.Empty(await client.BlocksAsync(shared.Gateway));
    }

    [Theory]
    [InlineData("application/json", HttpStatusCode.UnsupportedMediaType, "unsupported_media_type")]
    [InlineData("multipart/form-data", HttpStatusCode.BadRequest, "invalid_form")]
    public async Task What_is_no_form_is_refused(string type, HttpStatusCode status, string code)
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        using HttpResponseMessage response = await client.UploadAsync(FileClient.Raw("{}", type));
        Assert.Equal(code, (string?)(await SubmissionTests.ReadErrorAsync(response, status))["code"]);
    }

    [Theory]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("C:\\\\temp\\\\a.jsonl", "a.jsonl")]
    [InlineData("..", "file.jsonl")]
    [InlineData("", "file.jsonl")]
    [InlineData("a\tb.jsonl", "ab.jsonl")]
    public async Task A_name_is_a_name_and_never_a_path_or_a_header(string given, string kept)
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        string body = $"{Start}\"purpose\"\r\n\r\nbatch\r\n{Start}\"file\"; filename=\"{given}\"\r\n\r\na line\r\n--b--";
        JsonObject file = await GatewayClient.ReadAsync(await client.UploadAsync(FileClient.Raw(body, "multipart/form-data; boundary=b")));

        Assert.Equal(kept, (string?)file["filename"]);
        using HttpResponseMessage content = await client.Http.GetAsync($"/v1/files/{file["id"]}/content", Cancellation);
        Assert.Equal(kept, content.Content.Headers.ContentDisposition?.FileNameStar ?? content.Content.Headers.ContentDisposition?.FileName?.Trim('"'));
        Assert.Equal("nosniff", content.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task A_file_over_the_limit_is_413_with_a_length_and_without_and_leaves_nothing()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite(), settings: [("Files:MaxBytes", "5000000")]);
        using GatewayClient client = await gateway.NewTenantAsync();
        foreach (bool chunked in new[] { false, true })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/files") { Content = FileClient.Form(new ByteArrayContent(new byte[5_000_001])) };
            request.Headers.TransferEncodingChunked = chunked;
            using HttpResponseMessage response = await client.Http.SendAsync(request, Cancellation);
            Assert.Equal("body_too_large", (string?)(await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.RequestEntityTooLarge))["code"]);
        }

        await Eventually.TrueAsync(async () => (await client.BlocksAsync(gateway)).Length == 0);
        Assert.Equal(5_000_000, (int)(await GatewayClient.ReadAsync(await client.UploadAsync(FileClient.Form(new ByteArrayContent(new byte[5_000_000])))))["bytes"]!);
    }

    [Fact]
    public async Task An_upload_that_is_broken_off_leaves_nothing()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var slow = new SlowContent(3 * FileBlocks.Length);
        Task<HttpResponseMessage> upload = client.Http.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/v1/files") { Content = FileClient.Form(slow) }, leave.Token);
        await Eventually.TrueAsync(async () => (await client.BlocksAsync(shared.Gateway)).Length >= 2);

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => upload);
        await Eventually.TrueAsync(async () => (await client.BlocksAsync(shared.Gateway)).Length == 0);
    }

    [Fact]
    public async Task Files_expire_and_blocks_without_a_row_are_orphans()
    {
        var time = new ShiftedTime();
        await using RunningGateway gateway = await RunningGateway.StartAsync(await MigrationTests.NewAsync("postgres"), time);
        using GatewayClient client = await gateway.NewTenantAsync();
        string old = await client.UploadAsync("old");
        time.Advance(TimeSpan.FromDays(29));
        string young = await client.UploadAsync("young");
        string orphan = FileBlocks.Key(client.Tenant, Guid.CreateVersion7(), 0);
        await gateway.Store.PutIfAbsentAsync(orphan, new byte[1], "application/octet-stream", Cancellation);
        time.Advance(TimeSpan.FromDays(2));

        await gateway.Services.GetRequiredService<FileSweep>().SweepAsync(Cancellation);
        await gateway.Services.GetRequiredService<OrphanSweep>().SweepAsync(Cancellation);

        using HttpResponseMessage gone = await client.Http.GetAsync($"/v1/files/{old}", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Equal("young"u8.ToArray(), await client.ContentAsync(young));
        Assert.Single(await client.BlocksAsync(gateway));
    }

    /// <summary>Sends its bytes and then waits until the connection ends.</summary>
    private sealed class SlowContent(int bytes) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(new byte[bytes], cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
