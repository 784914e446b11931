using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Limner.Gateway.Tests.Application;
using Limner.ObjectStorage;

namespace Limner.Gateway.Tests.Files;

/// <summary>What a tenant does with files, over HTTP.</summary>
internal static class FileClient
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static MultipartFormDataContent Form(HttpContent content, string name = "requests.jsonl", string purpose = "batch", string? boundary = null)
    {
        MultipartFormDataContent form = boundary is null ? new MultipartFormDataContent() : new MultipartFormDataContent(boundary);
        form.Add(new StringContent(purpose), "purpose");
        form.Add(content, "file", name);
        return form;
    }

    public static async Task<HttpResponseMessage> UploadAsync(this GatewayClient client, HttpContent form, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/files") { Content = form };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await client.Http.SendAsync(request, Cancellation);
    }

    /// <returns>The id of the file.</returns>
    public static async Task<string> UploadAsync(this GatewayClient client, params string[] lines) =>
        (string)(await GatewayClient.ReadAsync(await client.UploadAsync(Form(new StringContent(string.Join('\n', lines))))))["id"]!;

    public static async Task<byte[]> ContentAsync(this GatewayClient client, string file)
    {
        using HttpResponseMessage response = await client.Http.GetAsync($"/v1/files/{file}/content", Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        byte[] content = await response.Content.ReadAsByteArrayAsync(Cancellation);
        Assert.Equal(content.Length, response.Content.Headers.ContentLength);
        return content;
    }

    /// <returns>The lines of a file; none if there is no file.</returns>
    public static async Task<JsonObject[]> LinesAsync(this GatewayClient client, JsonNode? file) =>
        file is null ? [] : [.. Encoding.UTF8.GetString(await client.ContentAsync((string)file!)).TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!.AsObject())];

    public static async Task<string[]> BlocksAsync(this GatewayClient client, RunningGateway gateway)
    {
        var keys = new List<string>();
        await foreach (StoredObject item in gateway.Store.ListAsync($"{client.Tenant}/files/", Cancellation))
        {
            keys.Add(item.Key);
        }

        return [.. keys];
    }

    /// <summary>The store loses all that the tenant's files have in them; their rows stay.</summary>
    public static async Task LoseBlocksAsync(this GatewayClient client, RunningGateway gateway)
    {
        foreach (string key in await client.BlocksAsync(gateway))
        {
            await gateway.Store.DeleteAsync(key, Cancellation);
        }
    }

    public static ByteArrayContent Raw(string text, string type)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return content;
    }

    public static Task<JsonObject?> ReadJsonAsync(HttpResponseMessage response) => response.Content.ReadFromJsonAsync<JsonObject>(Cancellation);
}
