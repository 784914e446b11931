using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Limner.Gateway.Jobs;
using Limner.Gateway.Tests.Application;

namespace Limner.Gateway.Tests.Webhooks;

/// <summary>What a tenant does with webhooks, over HTTP.</summary>
internal static class WebhookClient
{
    /// <returns>The endpoint as it is shown when it is made: with its secret.</returns>
    public static async Task<JsonObject> CreateWebhookAsync(this GatewayClient client, string url, params string[] events) =>
        await client.CallAsync(HttpMethod.Post, "/v1/webhooks", events.Length == 0 ? new { url } : new { url, events }, HttpStatusCode.Created);

    public static async Task<string> MakeSigningSecretAsync(this GatewayClient client) =>
        (string)(await client.CallAsync(HttpMethod.Post, "/v1/webhooks/signing_secret/rotate"))["secret"]!;

    public static async Task<JsonObject> CallAsync(
        this GatewayClient client, HttpMethod method, string path, object? body = null, HttpStatusCode expected = HttpStatusCode.OK, string? idempotencyKey = null)
    {
        using HttpResponseMessage response = await client.SendAsync(method, path, body, idempotencyKey);
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == expected, $"{(int)response.StatusCode}: {text}");
        return text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject();
    }

    public static Task<HttpResponseMessage> SendAsync(this GatewayClient client, HttpMethod method, string path, object? body = null, string? idempotencyKey = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : GatewayClient.Json(body as string ?? JsonSerializer.Serialize(body)) };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        return client.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static async Task<JsonObject[]> DeliveriesAsync(this GatewayClient client, string query = "")
    {
        JsonObject page = (await client.Http.GetFromJsonAsync<JsonObject>($"/v1/webhooks/deliveries?limit=100{query}", TestContext.Current.CancellationToken))!;
        return [.. page["data"]!.AsArray().Select(delivery => delivery!.AsObject())];
    }

    public static Task<JsonObject> DeliveryAsync(this GatewayClient client, string id) => client.CallAsync(HttpMethod.Get, $"/v1/webhooks/deliveries/{id}");

    /// <summary>Waits until a delivery is as asked.</summary>
    public static async Task<JsonObject> WaitForDeliveryAsync(this GatewayClient client, string id, Func<JsonObject, bool> condition)
    {
        JsonObject? delivery = null;
        await Eventually.TrueAsync(async () => condition(delivery = await client.DeliveryAsync(id)));
        return delivery!;
    }

    public static Task<JsonObject> WaitForDeliveryAsync(this GatewayClient client, string id, string status) => client.WaitForDeliveryAsync(id, delivery => (string)delivery["status"]! == status);

    /// <returns>The one delivery of a job's end.</returns>
    public static async Task<string> DeliveryOfAsync(this GatewayClient client, Guid job) =>
        (string)Assert.Single(await client.DeliveriesAsync($"&job={JobId.Format(job)}"))["id"]!;

    /// <summary>A job that ends well.</summary>
    public static async Task<Guid> CompleteJobAsync(this GatewayClient client, object? body = null)
    {
        Guid job = await client.SubmitAsync(body);
        await client.ApproveAsync(job);
        await client.WaitAsync(job, "completed");
        return job;
    }
}
