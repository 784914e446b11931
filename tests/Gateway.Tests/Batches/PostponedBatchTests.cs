using System.Text.Json.Nodes;
using Limner.Gateway.Database;
using Limner.Gateway.Images;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Database;
using Limner.Gateway.Tests.Webhooks;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Tests.Batches;

/// <summary>Batches with lines that are nothing without the operator's chat endpoint.</summary>
public sealed class PostponedBatchTests
{
    private const int MostPostponed = 20;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_line_for_which_nobody_answers_is_an_error_in_the_end_and_the_others_are_drawn(string provider)
    {
        await using Receiver chat = await Receiver.StartAsync();
        chat.Answer = Receiver.Status(StatusCodes.Status503ServiceUnavailable);
        var time = new ShiftedTime();
        await using RunningGateway gateway = await StartAsync(provider, chat, time);
        await using var painter = new Painter(gateway);
        using GatewayClient client = await gateway.NewTenantAsync();
        string house = await DrawAsync(client);
        string id = await client.StartBatchAsync(
            BatchClient.Line("r1"), Instruction("r2", house), BatchClient.Line("r3"), Instruction("r4", house));

        // What stands before it is drawn meanwhile.
        await Eventually.TrueAsync(async () => BatchClient.Counts(await client.GetBatchAsync(id)) == (4, 1, 0) && chat.Calls.Count == 1);
        JsonObject done = await WaitAsync(gateway, client, id, chat, time);

        (JsonObject[] output, JsonObject[] errors) = await client.ResultsAsync(done, 4);
        Assert.Equal(["r1", "r3"], output.Select(line => (string)line["custom_id"]!));
        Assert.Equal(["r2", "r4"], errors.Select(line => (string)line["custom_id"]!));
        Assert.All(errors, line => Assert.Equal(
            (503, "conversation_unavailable"), ((int)line["response"]!["status_code"]!, (string)line["response"]!["body"]!["error"]!["code"]!)));
        // So often for the first, and then once for each.
        Assert.Equal(MostPostponed + 2, chat.Calls.Count);
        Assert.True((long)done["completed_at"]! < (long)done["expires_at"]! - (23 * 3600));
    }

    [Fact]
    public async Task Who_answers_again_soon_enough_is_waited_for()
    {
        await using Receiver chat = await Receiver.StartAsync();
        chat.Answer = (http, call) => chat.Calls.Count <= 3 ? Receiver.Status(StatusCodes.Status503ServiceUnavailable)(http, call)
            : AnswerAsync(http);
        var time = new ShiftedTime();
        await using RunningGateway gateway = await StartAsync("sqlite", chat, time);
        await using var painter = new Painter(gateway);
        using GatewayClient client = await gateway.NewTenantAsync();
        string id = await client.StartBatchAsync(BatchClient.Line("r1"), Instruction("r2", await DrawAsync(client)));

        (JsonObject[] output, _) = await client.ResultsAsync(await WaitAsync(gateway, client, id, chat, time), 2);

        Assert.Equal("a blue house in watercolour", (string)output[1]["response"]!["body"]!["revised_prompt"]!);
        Assert.Equal(4, chat.Calls.Count);
    }

    [Fact]
    public async Task Each_time_that_nobody_answers_is_waited_for_anew()
    {
        const int Vain = MostPostponed - 6;
        await using Receiver chat = await Receiver.StartAsync();
        // The call that is answered in between is of the same reading as the first in vain after it.
        chat.Answer = (http, call) => chat.Calls.Count is not (Vain + 1 or (2 * Vain) + 2) ? Receiver.Status(StatusCodes.Status503ServiceUnavailable)(http, call) : AnswerAsync(http);
        var time = new ShiftedTime();
        await using RunningGateway gateway = await StartAsync("sqlite", chat, time);
        await using var painter = new Painter(gateway);
        using GatewayClient client = await gateway.NewTenantAsync();
        string house = await DrawAsync(client);
        string id = await client.StartBatchAsync(Instruction("r1", house), Instruction("r2", house));

        JsonObject done = await WaitAsync(gateway, client, id, chat, time, calls => calls <= Vain ? calls : Math.Max(1, calls - Vain - 1));

        Assert.Equal(2, (await client.ResultsAsync(done, 2)).Output.Length);
        Assert.Equal((2 * Vain) + 2, chat.Calls.Count);
    }

    private static Task AnswerAsync(HttpContext http) =>
        http.Response.WriteAsJsonAsync(new { choices = new[] { new { message = new { role = "assistant", content = "a blue house in watercolour" } } } });

    private static async Task<RunningGateway> StartAsync(string provider, Receiver chat, TimeProvider time) => await RunningGateway.StartAsync(
        await MigrationTests.NewAsync(provider), time, settings: [("Conversation:Endpoint", $"{chat.Url}/v1"), ("Conversation:Model", "m")]);

    private static string Instruction(string id, string parent) => BatchClient.Line(id, $$"""{"prompt":"now in watercolour","parent":"{{parent}}"}""");

    /// <summary>Waits for the end, and lets half a minute pass after each call of the chat endpoint.</summary>
    private static async Task<JsonObject> WaitAsync(RunningGateway gateway, GatewayClient client, string id, Receiver chat, ShiftedTime time, Func<int, int>? postponedAfter = null)
    {
        postponedAfter ??= calls => Math.Min(calls, MostPostponed);
        JsonObject? view = null;
        int seen = 0;
        await Eventually.TrueAsync(async () =>
        {
            if (chat.Calls.Count > seen)
            {
                seen = chat.Calls.Count;
                // It is written down that it was asked in vain before the batch is due again: else another would take it meanwhile.
                await Eventually.TrueAsync(async () => (string?)(view = await client.GetBatchAsync(id))["status"] != "in_progress" || await PostponedAsync(gateway) == postponedAfter(seen));
                seen = chat.Calls.Count;
                time.Advance(TimeSpan.FromSeconds(31));
            }

            view = await client.GetBatchAsync(id);
            return (string)view["status"]! == "completed";
        }, TimeSpan.FromMinutes(3));
        return view!;
    }

    private static async Task<int> PostponedAsync(RunningGateway gateway)
    {
        await using GatewayContext context = gateway.Database.Read();
        return await context.Batches.Select(batch => batch.Postponed).SingleAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<string> DrawAsync(GatewayClient client)
    {
        Guid job = await client.SubmitAsync(new { prompt = "a blue house", size = "64x64" });
        await client.WaitAsync(job, "completed");
        return ImageId.Format(job, 0);
    }
}
