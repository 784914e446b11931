using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Limner.Contracts.Edits;
using Limner.Contracts.Jobs;
using Limner.Gateway.Images;
using Limner.Gateway.Jobs;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Submissions;
using Limner.Gateway.Tests.Uploads;
using Limner.ObjectStorage;

namespace Limner.Gateway.Tests.Sources;

/// <summary>Jobs that draw an image once more with its composition.</summary>
public abstract class RerollTests(SharedGateway shared)
{
    private readonly RunningGateway _gateway = shared.Gateway;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_that_the_image_was_made_of_stays_but_the_noise_of_the_decoder()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        Guid first = await client.SubmitAsync(new { prompt = "a red star", negative_prompt = "fog", adapter = "red", guidance = 2.5, steps = 9, size = "256x256", seed = 7, n = 3 });
        await DrawAsync(client, first, candidate: 2, count: 3);

        Guid second = await client.SubmitAsync(new { operation = "reroll", image = ImageId.Format(first, 2), seed = 8, n = 2 });
        JobDescription job = await _gateway.Stages.NextOfAsync(client.Tenant);
        Assert.Equal(
            new GenerationRequest
            {
                Prompt = "a red star",
                NegativePrompt = "fog",
                Candidates = 2,
                Seed = 8,
                Width = 256,
                Height = 256,
                Steps = 9,
                Guidance = 2.5f,
                Adapter = "red",
                Edit = job.Request.Edit,
            },
            job.Request);
        Assert.Equal((EditOperation.Reroll, new Composition(7, 2, null)), (job.Request.Edit!.Operation, job.Request.Edit.Composition));
        Assert.Empty(job.Request.Edit.Parts);
        JsonObject view = await client.GetAsync(second);
        Assert.Equal(("reroll", "a red star", 8, "256x256"), ((string)view["operation"]!, (string)view["prompt"]!, (int)view["seed"]!, (string)view["size"]!));

        // Another one of that one has the first one's composition still.
        await DrawAsync(client, second, candidate: 1, count: 2, isTaken: true);
        await client.SubmitAsync(new { operation = "reroll", image = ImageId.Format(second, 1) });
        Assert.Equal(new Composition(7, 2, null), (await _gateway.Stages.NextOfAsync(client.Tenant)).Request.Edit!.Composition);
    }

    [Fact]
    public async Task What_an_edit_was_given_is_carried_along_and_if_it_is_gone_that_is_said()
    {
        using GatewayClient client = await _gateway.NewTenantAsync();
        byte[] png = TestPictures.Png(64, 64);
        Guid edited = await client.SubmitAsync(new { operation = "variation", image = SourceTests.DataUrl(png), strength = 0.25, seed = 5 });
        await DrawAsync(client, edited, candidate: 0, count: 1);
        string image = ImageId.Format(edited, 0);

        Guid again = await client.SubmitAsync(new { operation = "reroll", image });
        EditRequest edit = (await _gateway.Stages.NextOfAsync(client.Tenant)).Request.Edit!;
        Assert.Equal((EditOperation.Reroll, new Composition(5, 0, EditOperation.Variation), 0.25f), (edit.Operation, edit.Composition, edit.Strength));
        Assert.Equal(JobId.SourceKey(client.Tenant, again, 0), edit.Parts.Single().Key);
        Assert.Equal(png, await _gateway.Store.ReadAsync(edit.Parts[0].Key!, 1 << 20, Cancellation));

        await _gateway.Store.DeleteAsync(JobId.SourceKey(client.Tenant, edited, 0), Cancellation);
        JsonObject error = await RefuseAsync(client, new { operation = "reroll", image }, HttpStatusCode.NotFound);
        Assert.Equal(("image_not_found", "image", "A picture that the job was given is no longer kept."), ((string)error["code"]!, (string)error["param"]!, (string)error["message"]!));
    }

    [Fact]
    public async Task Only_ones_own_drawn_image_can_be_drawn_again_and_only_as_it_was()
    {
        using GatewayClient owner = await _gateway.NewTenantAsync(), other = await _gateway.NewTenantAsync();
        Guid drawn = await owner.SubmitAsync();
        await DrawAsync(owner, drawn, candidate: 0, count: 1);
        string image = ImageId.Format(drawn, 0), png = SourceTests.DataUrl(TestPictures.Png(64, 64));
        Assert.Equal("image_not_found", (string)(await RefuseAsync(other, new { operation = "reroll", image }, HttpStatusCode.NotFound))["code"]!);

        Guid enlarged = await owner.SubmitAsync(new { operation = "upscale", image });
        await DrawAsync(owner, enlarged, candidate: 0, count: 1);
        foreach ((object body, string parameter, string says) in new (object, string, string)[]
        {
            (new { operation = "reroll" }, "image", "is missing"),
            (new { operation = "reroll", image = png }, "image", "takes the id of an image that a job drew"),
            (new { operation = "reroll", image = await SourceTests.UploadAsync(owner, TestPictures.Png(64, 64)) }, "image", "takes the id of an image that a job drew"),
            (new { operation = "reroll", image = ImageId.Format(enlarged, 0) }, "image", "was enlarged and not drawn"),
            (new { operation = "reroll", image, prompt = "a house" }, "prompt", "draws as its image was drawn"),
            (new { operation = "reroll", image, steps = 9 }, "steps", "draws as its image was drawn"),
            (new { operation = "reroll", image, size = "64x64" }, "size", "draws as its image was drawn"),
            (new { operation = "reroll", image, strength = 0.5 }, "strength", "has none"),
        })
        {
            JsonObject error = await RefuseAsync(owner, body, HttpStatusCode.BadRequest);
            Assert.Equal(parameter, (string?)error["param"]);
            Assert.Contains(says, (string)error["message"]!, StringComparison.Ordinal);
        }
    }

    private static async Task<JsonObject> RefuseAsync(GatewayClient client, object body, HttpStatusCode status)
    {
        using HttpResponseMessage response = await client.PostAsync(JsonSerializer.Serialize(body));
        return await SubmissionTests.ReadErrorAsync(response, status);
    }

    /// <summary>Ends a job: one candidate is drawn, the others fail.</summary>
    private async Task DrawAsync(GatewayClient client, Guid job, int candidate, int count, bool isTaken = false)
    {
        if (!isTaken)
        {
            await _gateway.Stages.NextOfAsync(client.Tenant);
        }

        foreach (int lost in Enumerable.Range(0, count).Where(index => index != candidate))
        {
            await _gateway.Bus.Publish(new StageFailed(job, lost, JobStage.Decoding, "x", "y"), Cancellation);
        }

        await client.ApproveAsync(job, candidate);
        await client.WaitAsync(job, "completed");
    }
}

public sealed class PostgresRerollTests(PostgresGateway shared) : RerollTests(shared);

public sealed class SqliteRerollTests(SqliteGateway shared) : RerollTests(shared);
