using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Limner.Contracts.Edits;
using Limner.Contracts.Jobs;
using Limner.Contracts.Workers;
using Limner.Gateway.Images;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Generations;
using Limner.Gateway.Tests.Sources;
using Limner.Gateway.Tests.Submissions;
using Limner.Gateway.Tests.Uploads;
using Limner.Gateway.Tests.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Tests.Revisions;

/// <summary>Prompts that are not drawn as they were written: filled in, or changed by an instruction.</summary>
public sealed class ConversationTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_instruction_changes_the_prompt_of_its_parent_turn_by_turn()
    {
        await using RunningGateway gateway = await StartAsync();
        using GatewayClient client = await gateway.NewTenantAsync();
        string house = await DrawAsync(gateway, client, new { prompt = "a blue house", seed = 7, size = "256x256" });

        Guid first = await client.SubmitAsync(new { parent = house, prompt = "add a yellow moon above it" });
        JobDescription job = await gateway.Stages.NextOfAsync(client.Tenant);
        Assert.Equal(("a yellow moon above a blue house", "add a yellow moon above it"), (job.Request.Prompt, job.Request.AskedPrompt));
        Assert.Equal((7UL, 64, EditOperation.Revision), (job.Request.Seed, job.Request.Width, job.Request.Edit!.Operation));
        Assert.Equal(RunningGateway.PictureOf(0), await Limner.ObjectStorage.WholeObject.ReadAsync(gateway.Store, job.Request.Edit.Parts.Single().Key!, 1 << 20, Cancellation));
        await client.ApproveAsync(first);
        JsonObject view = await client.WaitAsync(first, "completed");
        Assert.Equal(("add a yellow moon above it", "a yellow moon above a blue house", house, "revision"),
            ((string)view["prompt"]!, (string)view["revised_prompt"]!, (string)view["parent"]!, (string)view["operation"]!));

        // It is the moon, which was spoken of last, though the house is named last.
        await client.SubmitAsync(new { parent = ImageId.Format(first, 0), prompt = "make it bigger", seed = 9, size = "256x256" });
        JobDescription second = await gateway.Stages.NextOfAsync(client.Tenant);
        Assert.Equal(("a large yellow moon above a blue house", 9UL, 256), (second.Request.Prompt, second.Request.Seed, second.Request.Width));
    }

    [Fact]
    public async Task What_is_not_understood_says_what_would_be()
    {
        await using RunningGateway gateway = await StartAsync();
        using GatewayClient client = await gateway.NewTenantAsync();
        string house = await DrawAsync(gateway, client, new { prompt = "a blue house" });
        string variation = await DrawAsync(gateway, client, new { operation = "variation", image = house });
        foreach ((string parent, string prompt, string code, string parameter, string says) in new[]
        {
            (house, "now in watercolour", "instruction_not_understood", "prompt", "no styles"),
            (house, "make the tree red", "instruction_not_understood", "prompt", "the picture has a blue house"),
            (variation, "make it red", "invalid_value", "parent", "from no prompt"),
        })
        {
            using HttpResponseMessage response = await client.PostAsync(JsonSerializer.Serialize(new { parent, prompt }));
            JsonObject error = await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.BadRequest);
            Assert.Equal((code, parameter), ((string)error["code"]!, (string?)error["param"]));
            Assert.Contains(says, (string)error["message"]!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_short_prompt_is_filled_in_unless_one_asks_for_it_as_it_is()
    {
        await using RunningGateway gateway = await StartAsync();
        using ImagesClient client = await ImagesClient.CreateAsync(gateway);
        string revised = (string)(await client.DrawAsync("""{"prompt":"star","model":"dall-e-3","seed":7,"size":"1024x1024","response_format":"b64_json"}"""))["data"]![0]!["revised_prompt"]!;
        Assert.Matches("^a large [a-z]+ star on an? [a-z]+ background$", revised);
        Assert.Equal(revised, (string)(await client.DrawAsync("""{"prompt":"star","seed":7,"response_format":"b64_json"}"""))["data"]![0]!["revised_prompt"]!);
        Assert.Null((await client.DrawAsync("""{"prompt":"star","seed":7,"rewrite":false,"response_format":"b64_json"}"""))["data"]![0]!["revised_prompt"]);
        Assert.Null((await client.DrawAsync("""{"prompt":"a red star","response_format":"b64_json"}"""))["data"]![0]!["revised_prompt"]);
        Assert.Equal("a red star", (string)(await client.DrawAsync("""{"prompt":"a red star","model":"dall-e-3","response_format":"b64_json"}"""))["data"]![0]!["revised_prompt"]!);
        // OpenAI's do not rewrite with these models.
        Assert.Null((await client.DrawAsync("""{"prompt":"star","model":"dall-e-2","response_format":"b64_json"}"""))["data"]![0]!["revised_prompt"]);

        await client.Client.SubmitAsync(new { prompt = "star", seed = 7 });
        Assert.Equal((revised, "star"), await client.NextJobAsync() is { } job ? (job.Request.Prompt, job.Request.AskedPrompt) : default);
        // A given picture says what a prompt leaves open.
        await client.Client.SubmitAsync(new { operation = "variation", prompt = "star", image = SourceTests.DataUrl(TestPictures.Png(64, 64)), seed = 7 });
        Assert.Equal(("star", null), await client.NextJobAsync() is { } edit ? (edit.Request.Prompt, edit.Request.AskedPrompt) : default);
    }

    [Fact]
    public async Task A_chat_endpoint_is_not_asked_for_a_job_that_no_quota_is_left_for()
    {
        await using Receiver chat = await Receiver.StartAsync();
        chat.Answer = (http, _) => http.Response.WriteAsJsonAsync(new { choices = new[] { new { message = new { role = "assistant", content = "an astronaut on the moon" } } } });
        await using RunningGateway gateway = await StartAsync(("Conversation:Endpoint", $"{chat.Url}/v1"), ("Conversation:Model", "m"), ("Limits:MonthlyImages", "1"));
        using GatewayClient client = await gateway.NewTenantAsync();
        string house = await DrawAsync(gateway, client, new { prompt = "a blue house" });

        using HttpResponseMessage response = await client.PostAsync(JsonSerializer.Serialize(new { parent = house, prompt = "now in watercolour" }));

        Assert.Equal("insufficient_quota", (string)(await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.TooManyRequests))["code"]!);
        Assert.Empty(chat.Calls);
    }

    [Fact]
    public async Task A_chat_endpoint_is_not_asked_for_a_job_that_will_be_refused()
    {
        await using Receiver chat = await Receiver.StartAsync();
        chat.Answer = (http, _) => http.Response.WriteAsJsonAsync(new { choices = new[] { new { message = new { role = "assistant", content = "an astronaut on the moon" } } } });
        await using RunningGateway gateway = await StartAsync(("Conversation:Endpoint", $"{chat.Url}/v1"), ("Conversation:Model", "m"), ("Limits:ConcurrentJobs", "1"));
        using GatewayClient client = await gateway.NewTenantAsync();
        string house = await DrawAsync(gateway, client, new { prompt = "a blue house" });

        using HttpResponseMessage untold = await client.PostAsync(JsonSerializer.Serialize(new { parent = house, prompt = "now in watercolour", webhook_url = "http://10.0.0.1/" }));
        Assert.Equal("webhook_url", (string?)(await SubmissionTests.ReadErrorAsync(untold, HttpStatusCode.BadRequest))["param"]);
        await client.SubmitAsync(new { prompt = "a red house in the snow" });
        using HttpResponseMessage second = await client.PostAsync(JsonSerializer.Serialize(new { parent = house, prompt = "now in watercolour" }));
        Assert.Equal("rate_limit_exceeded", (string?)(await SubmissionTests.ReadErrorAsync(second, HttpStatusCode.TooManyRequests))["code"]);
        Assert.Empty(chat.Calls);
    }

    [Fact]
    public async Task A_chat_endpoint_changes_what_the_grammar_does_not_understand()
    {
        await using Receiver chat = await Receiver.StartAsync();
        chat.Answer = (http, call) =>
        {
            JsonNode asked = JsonNode.Parse(call.Body)!;
            Assert.Equal(("/v1/chat/completions", "painter", "Bearer secret"), (call.Path, (string)asked["model"]!, http.Request.Headers.Authorization.ToString()));
            string said = ((string)asked["messages"]![1]!["content"]!).Contains("watercolour", StringComparison.Ordinal) ? "\"a blue house in watercolour\"\n" : "an astronaut on the moon, at night";
            return http.Response.WriteAsJsonAsync(new { choices = new[] { new { message = new { role = "assistant", content = said } } } });
        };
        await using RunningGateway gateway = await StartAsync(("Conversation:Endpoint", $"{chat.Url}/v1"), ("Conversation:Model", "painter"), ("Conversation:ApiKey", "secret"));
        using GatewayClient client = await gateway.NewTenantAsync();
        string house = await DrawAsync(gateway, client, new { prompt = "a blue house" });

        await client.SubmitAsync(new { parent = house, prompt = "make it red" });
        Assert.Equal("a red house", (await gateway.Stages.NextOfAsync(client.Tenant)).Request.Prompt);
        Assert.Empty(chat.Calls);
        await client.SubmitAsync(new { parent = house, prompt = "now in watercolour" });
        Assert.Equal("a blue house in watercolour", (await gateway.Stages.NextOfAsync(client.Tenant)).Request.Prompt);
        await client.SubmitAsync(new { prompt = "astronaut" });
        Assert.Equal("an astronaut on the moon, at night", (await gateway.Stages.NextOfAsync(client.Tenant)).Request.Prompt);
    }

    [Theory]
    [InlineData("late")]
    [InlineData("status")]
    [InlineData("shape")]
    [InlineData("long")]
    [InlineData("gone")]
    public async Task A_chat_endpoint_that_fails_is_said_and_a_short_prompt_is_drawn_as_it_is(string how)
    {
        await using Receiver chat = await Receiver.StartAsync();
        var never = new TaskCompletionSource();
        chat.Answer = (http, _) => how switch
        {
            "late" => never.Task.WaitAsync(http.RequestAborted),
            "status" => Receiver.Status(StatusCodes.Status500InternalServerError)(http, null!),
            "shape" => http.Response.WriteAsync("[1]"),
            _ => http.Response.WriteAsync(new string(' ', 70_000) + "{}"),
        };
        string url = chat.Url;
        if (how == "gone")
        {
            await chat.StopAsync();
        }

        await using RunningGateway gateway = await StartAsync(("Conversation:Endpoint", $"{url}/v1"), ("Conversation:Model", "m"), ("Conversation:Timeout", "00:00:01"));
        using GatewayClient client = await gateway.NewTenantAsync();
        string house = await DrawAsync(gateway, client, new { prompt = "a blue house" });
        using HttpResponseMessage response = await client.PostAsync(JsonSerializer.Serialize(new { parent = house, prompt = "now in watercolour" }));
        Assert.Equal("conversation_unavailable", (string)(await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.ServiceUnavailable))["code"]!);
        await client.SubmitAsync(new { prompt = "astronaut" });
        Assert.Equal(("astronaut", null), await gateway.Stages.NextOfAsync(client.Tenant) is { } job ? (job.Request.Prompt, job.Request.AskedPrompt) : default);
        if (how == "gone")
        {
            await chat.ResumeAsync();
        }
    }

    [Fact]
    public async Task A_chat_endpoint_is_the_operators_and_opens_its_network_to_no_webhook()
    {
        await using Receiver chat = await Receiver.StartAsync();
        chat.Answer = (http, _) => http.Response.WriteAsJsonAsync(new { choices = new[] { new { message = new { role = "assistant", content = "an astronaut on the moon" } } } });
        await using RunningGateway gateway = await StartAsync(("Conversation:Endpoint", $"{chat.Url}/v1"), ("Conversation:Model", "m"), ("Outbound:AllowedNetworks", ""));
        using GatewayClient client = await gateway.NewTenantAsync();
        await client.SubmitAsync(new { prompt = "astronaut" });
        Assert.Equal("an astronaut on the moon", (await gateway.Stages.NextOfAsync(client.Tenant)).Request.Prompt);
        using HttpResponseMessage refused = await client.Http.PostAsync("/v1/webhooks", GatewayClient.Json(JsonSerializer.Serialize(new { url = chat.Url })), Cancellation);
        Assert.Equal("url", (string?)(await SubmissionTests.ReadErrorAsync(refused, HttpStatusCode.BadRequest))["param"]);
    }

    private static async Task<RunningGateway> StartAsync(params (string, string)[] settings)
    {
        RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite(), settings: settings);
        await gateway.Bus.Publish(new WorkerAnnounced("w1", JobStage.Decoding, 8, "limner-first 2.0.0"), Cancellation);
        using GatewayClient client = await gateway.NewTenantAsync();
        await Eventually.TrueAsync(async () => (await client.Http.GetStringAsync("/v1/models", Cancellation)).Contains("limner-first", StringComparison.Ordinal));
        return gateway;
    }

    private static async Task<string> DrawAsync(RunningGateway gateway, GatewayClient client, object body)
    {
        Guid job = await client.SubmitAsync(body);
        await gateway.Stages.NextOfAsync(client.Tenant);
        await client.ApproveAsync(job);
        await client.WaitAsync(job, "completed");
        return ImageId.Format(job, 0);
    }
}
