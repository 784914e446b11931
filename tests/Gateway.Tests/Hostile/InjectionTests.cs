using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Limner.Gateway.Jobs;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Files;
using Limner.Gateway.Tests.Submissions;

namespace Limner.Gateway.Tests.Hostile;

/// <summary>Text that wants to be something else: a header, a path, a longer body.</summary>
public sealed class InjectionTests(SqliteGateway shared)
{
    private const string Header = "a\r\nSet-Cookie: stolen=1\r\n\r\n<script>";

    [Fact]
    public async Task What_callers_write_is_given_back_as_it_is_and_becomes_no_header()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        Guid job = await client.SubmitAsync(new { prompt = Header, size = "64x64", metadata = new Dictionary<string, string> { [Header[..20]] = Header, ["path"] = "../../etc/passwd" } });
        foreach (HttpResponseMessage response in new[] { await client.Http.GetAsync($"/v1/jobs/{JobId.Format(job)}", TestContext.Current.CancellationToken), await client.Http.GetAsync("/v1/jobs", TestContext.Current.CancellationToken) })
        {
            Assert.DoesNotContain(response.Headers.Concat(response.Content.Headers), header => header.Key == "Set-Cookie");
            JsonObject view = await GatewayClient.ReadAsync(response);
            JsonNode told = view["data"]?[0] ?? view;
            Assert.Equal((Header, Header, "../../etc/passwd"), ((string)told["prompt"]!, (string)told["metadata"]![Header[..20]]!, (string)told["metadata"]!["path"]!));
        }
    }

    [Theory]
    [InlineData("Idempotency-Key", "a\u0001b")]
    [InlineData("Idempotency-Key", "a\tb")]
    [InlineData("Last-Event-ID", "1\u0001")]
    public async Task A_header_that_is_none_is_a_bad_request(string name, string value)
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        using HttpRequestMessage request = name == "Last-Event-ID"
            ? new(HttpMethod.Get, $"/v1/jobs/{JobId.Format(await client.SubmitAsync())}/events")
            : new(HttpMethod.Post, "/v1/jobs") { Content = GatewayClient.Json("""{"prompt":"a","size":"64x64"}""") };
        request.Headers.TryAddWithoutValidation(name, value);
        using HttpResponseMessage response = await client.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task No_body_is_unpacked()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(new { prompt = "a red star", size = "64x64" }), TestContext.Current.CancellationToken);
        }

        foreach ((string path, string type) in new[] { ("/v1/jobs", "application/json"), ("/v1/files", "multipart/form-data; boundary=b"), ("/v1/images/edits", "multipart/form-data; boundary=b"), ("/v1/moderations", "application/json") })
        {
            foreach (string coding in new[] { "gzip", "deflate", "br", "gzip, gzip" })
            {
                using var content = new ByteArrayContent(packed.ToArray());
                content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
                content.Headers.TryAddWithoutValidation("Content-Encoding", coding);
                using HttpResponseMessage response = await client.Http.PostAsync(path, content, TestContext.Current.CancellationToken);
                JsonObject error = await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.UnsupportedMediaType);
                Assert.Equal(("unsupported_media_type", "Content-Encoding"), ((string)error["code"]!, (string)error["param"]!));
            }
        }
    }

    [Fact]
    public async Task A_files_name_leads_nowhere()
    {
        using GatewayClient client = await shared.Gateway.NewTenantAsync();
        const string Form = "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename*=UTF-8''..%2F..%2Fa%0D%0ASet-Cookie%3A%20b\r\n\r\n{}\r\n--b--";
        using HttpResponseMessage uploaded = await client.UploadAsync(FileClient.Raw(Form, "multipart/form-data; boundary=b"));
        JsonObject file = await GatewayClient.ReadAsync(uploaded);
        Assert.Equal("aSet-Cookie: b", (string)file["filename"]!);
        using HttpResponseMessage content = await client.Http.GetAsync($"/v1/files/{file["id"]}/content", TestContext.Current.CancellationToken);
        Assert.DoesNotContain(content.Headers, header => header.Key == "Set-Cookie");
        Assert.Equal("{}", Encoding.UTF8.GetString(await content.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)));
        // In the store it has the name that we gave it.
        Assert.Matches($"^{client.Tenant}/files/[0-9a-f]{{32}}/000000$", Assert.Single(await client.BlocksAsync(shared.Gateway)));
    }
}
