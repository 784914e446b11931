using System.Net;
using System.Text.Json.Nodes;
using Limner.Contracts.Jobs;
using Limner.Contracts.Workers;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Submissions;

namespace Limner.Gateway.Tests.Catalogue;

public sealed class ModelTests
{
    [Fact]
    public async Task Models_are_those_of_the_workers_and_the_names_of_OpenAIs()
    {
        // Of its own: prompts for a model that is known to be there are completed, also those of the tests beside this one.
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite());
        using GatewayClient client = await gateway.NewTenantAsync();
        await gateway.Bus.Publish(new WorkerAnnounced("w1", JobStage.Decoding, 8, "limner-first 1.0.0"), TestContext.Current.CancellationToken);
        JsonObject? list = null;
        await Eventually.TrueAsync(async () =>
        {
            list = await GatewayClient.ReadAsync(await client.Http.GetAsync("/v1/models", TestContext.Current.CancellationToken));
            return list["data"]!.AsArray().Any(model => (string)model!["id"]! == "limner-first");
        });

        Assert.Equal("list", (string)list!["object"]!);
        Assert.Superset(new HashSet<string> { "dall-e-2", "dall-e-3", "gpt-image-1", "gpt-image-2", "limner-first" }, list["data"]!.AsArray().Select(model => (string)model!["id"]!).ToHashSet());
        JsonObject one = await GatewayClient.ReadAsync(await client.Http.GetAsync("/v1/models/limner-first", TestContext.Current.CancellationToken));
        Assert.Equal(["id", "object", "created", "owned_by"], one.Select(field => field.Key));
        Assert.Equal(("limner-first", "model", "limner"), ((string)one["id"]!, (string)one["object"]!, (string)one["owned_by"]!));

        using HttpResponseMessage missing = await client.Http.GetAsync("/v1/models/none", TestContext.Current.CancellationToken);
        Assert.Equal("model_not_found", (string?)(await SubmissionTests.ReadErrorAsync(missing, HttpStatusCode.NotFound))["code"]);
    }
}
