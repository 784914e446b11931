using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Limner.Contracts.Jobs;
using Limner.Gateway.Tests.Application;

namespace Limner.Gateway.Tests.Generations;

/// <summary>A tenant who asks for pictures and waits, and the stages that draw them.</summary>
internal sealed class ImagesClient(RunningGateway gateway, GatewayClient client) : IDisposable
{
    public GatewayClient Client => client;

    public static async Task<ImagesClient> CreateAsync(RunningGateway gateway) => new(gateway, await gateway.NewTenantAsync());

    public Task<HttpResponseMessage> AskAsync(string body, string? idempotencyKey = null, CancellationToken? cancellation = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/images/generations") { Content = GatewayClient.Json(body) };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        return client.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation ?? TestContext.Current.CancellationToken);
    }

    public Task<JobDescription> NextJobAsync() => gateway.Stages.NextOfAsync(client.Tenant);

    /// <summary>Asks, draws all that was asked for, and reads the answer.</summary>
    public async Task<JsonObject> DrawAsync(string body)
    {
        Task<HttpResponseMessage> asking = AskAsync(body);
        JobDescription job = await NextJobAsync();
        for (int candidate = 0; candidate < job.Request.Candidates; candidate++)
        {
            await client.ApproveAsync(job.JobId, candidate);
        }

        using HttpResponseMessage response = await asking;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(Limner.Gateway.Jobs.JobId.Format(job.JobId), response.Headers.GetValues("x-job-id").Single());
        return (await response.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!;
    }

    public void Dispose() => client.Dispose();
}
