using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Batches;
using Limner.Gateway.Tests.Database;
using Limner.Gateway.Tests.Submissions;

namespace Limner.Gateway.Tests.Files;

/// <summary>How much one tenant keeps.</summary>
public sealed class FileLimitTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Bytes_and_files_of_a_tenant_have_a_limit_and_deleting_makes_room(string provider)
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(
            await MigrationTests.NewAsync(provider), settings: [("Files:MaxBytesPerTenant", "3000"), ("Files:MaxPerTenant", "3")]);
        using GatewayClient client = await gateway.NewTenantAsync(), other = await gateway.NewTenantAsync();
        string first = await client.UploadAsync(new string('a', 2000));

        await RefusedAsync(await client.UploadAsync(Form(1001)), "Your files have 2000 bytes, which with this one would be more than the 3000 that may be kept.");
        await Eventually.TrueAsync(async () => (await client.BlocksAsync(gateway)).Length == 1);
        // To the last byte, and another's are his own.
        await client.UploadAsync(new string('a', 1000));
        await other.UploadAsync(new string('a', 3000));
        await RefusedAsync(await client.UploadAsync(Form(1)), "Your files have 3000 bytes");

        await DeleteAsync(client, first);
        string second = await client.UploadAsync("a");
        await client.UploadAsync("b");
        await RefusedAsync(await client.UploadAsync(Form(1)), "You keep 3 files, and 3 may be kept.");
        await DeleteAsync(client, second);
        await client.UploadAsync("c");
    }

    [Fact]
    public async Task Without_limits_there_are_none()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite(), settings: [("Files:MaxBytesPerTenant", "0"), ("Files:MaxPerTenant", "0")]);
        using GatewayClient client = await gateway.NewTenantAsync();
        await client.UploadAsync("a line");
        await client.UploadAsync("another");
    }

    [Fact]
    public async Task What_says_that_it_is_too_long_is_refused_before_it_comes()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite(), settings: ("Files:MaxBytesPerTenant", "1000000"));
        using GatewayClient client = await gateway.NewTenantAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, gateway.Address.Port, Cancellation);
        string head = $"POST /v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {client.Key}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 2000000\r\n\r\n";
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), Cancellation);

        // Nothing of the body was ever sent.
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        byte[] answer = new byte[12];
        await socket.GetStream().ReadExactlyAsync(answer, limit.Token);
        Assert.Equal("HTTP/1.1 409", Encoding.ASCII.GetString(answer));
    }

    [Fact]
    public async Task Many_at_once_at_several_Gateways_keep_exactly_what_may_be_kept()
    {
        TestDatabase database = await TestDatabase.PostgresAsync();
        (string, string)[] settings = [("Files:MaxBytesPerTenant", "5000"), ("Files:AtOnce", "40")];
        await using RunningGateway one = await RunningGateway.StartAsync(database, settings: settings), two = await RunningGateway.StartAsync(database, settings: settings);
        using GatewayClient here = await one.NewTenantAsync(), there = here.At(two);
        HttpStatusCode[] statuses = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i => (await (i % 2 == 0 ? here : there).UploadAsync(Form(1000))).StatusCode));

        Assert.Equal((5, 15), (statuses.Count(status => status == HttpStatusCode.OK), statuses.Count(status => status == HttpStatusCode.Conflict)));
        Assert.Equal(5, (await ListAsync(here)).Count);
        // What was refused leaves nothing.
        await Eventually.TrueAsync(async () => (await here.BlocksAsync(one)).Length + (await here.BlocksAsync(two)).Length == 5);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_was_kept_once_is_answered_again_though_there_is_no_room(string provider)
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(await MigrationTests.NewAsync(provider), settings: ("Files:MaxPerTenant", "1"));
        using GatewayClient client = await gateway.NewTenantAsync();
        HttpResponseMessage[] atOnce = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => client.UploadAsync(Form(10), "upload-1")));
        Assert.All(atOnce, reply => Assert.Equal(HttpStatusCode.OK, reply.StatusCode));

        using HttpResponseMessage again = await client.UploadAsync(Form(10), "upload-1");
        Assert.Equal(await atOnce[0].Content.ReadAsStringAsync(Cancellation), await again.Content.ReadAsStringAsync(Cancellation));
        await RefusedAsync(await client.UploadAsync(Form(10), "upload-2"), "You keep 1 files");
        Assert.Single(await ListAsync(client));
    }

    [Fact]
    public async Task Results_of_a_batch_count_and_are_never_refused()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite(), settings: [("Files:MaxPerTenant", "1"), ("Files:MaxBytesPerTenant", "1000")]);
        await using var painter = new Painter(gateway);
        using GatewayClient client = await gateway.NewTenantAsync();
        string id = await client.StartBatchAsync(BatchClient.Lines(3));

        (JsonObject[] output, _) = await client.ResultsAsync(await client.WaitBatchAsync(id, "completed"), 3);

        Assert.Equal(3, output.Length);
        Assert.Equal(2, (await ListAsync(client)).Count);
        await RefusedAsync(await client.UploadAsync(Form(1)), "You keep 2 files, and 1 may be kept.");
    }

    private static MultipartFormDataContent Form(int bytes) => FileClient.Form(new ByteArrayContent(new byte[bytes]));

    private static async Task RefusedAsync(HttpResponseMessage response, string says)
    {
        using (response)
        {
            JsonObject error = await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.Conflict);
            Assert.Equal(("file_limit_reached", "file"), ((string)error["code"]!, (string)error["param"]!));
            Assert.StartsWith(says, (string)error["message"]!, StringComparison.Ordinal);
            Assert.Contains("DELETE /v1/files/{id}", (string)error["message"]!, StringComparison.Ordinal);
        }
    }

    private static async Task DeleteAsync(GatewayClient client, string file) => await GatewayClient.ReadAsync(await client.Http.DeleteAsync($"/v1/files/{file}", Cancellation));

    private static async Task<JsonArray> ListAsync(GatewayClient client) => (await GatewayClient.ReadAsync(await client.Http.GetAsync("/v1/files", Cancellation)))["data"]!.AsArray();
}
