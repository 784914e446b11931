using System.Text.Json;
using System.Text.Json.Nodes;
using Limner.Contracts.Jobs;
using Limner.Contracts.Workers;
using MassTransit;
using MassTransit.Serialization;

namespace Limner.Contracts.Tests;

/// <summary>Services of two versions run side by side during an update: a message is its name and its JSON, and neither changes by accident.</summary>
public sealed class ContractTests
{
    public static TheoryData<string> Names => [.. Examples.All.Select(message => message.GetType().Name).Distinct()];

    /// <summary>The name is where its messages go. Renaming a message or moving it strands those under way and cuts off the other version: add another one instead.</summary>
    public static TheoryData<string, string, string> Written => new()
    {
        { "JobSubmitted", "urn:message:Limner.Contracts.Jobs:JobSubmitted", "job" },
        { "JobCancelled", "urn:message:Limner.Contracts.Jobs:JobCancelled", "jobId" },
        { "StageFailed", "urn:message:Limner.Contracts.Jobs:StageFailed", "jobId candidate stage code message" },
        { "PromptApproved", "urn:message:Limner.Contracts.Prompts:PromptApproved", "job" },
        { "PromptRejected", "urn:message:Limner.Contracts.Prompts:PromptRejected", "jobId verdict isOfPicture" },
        { "ImageEncoded", "urn:message:Limner.Contracts.Images:ImageEncoded", "job candidate conditioningKey" },
        { "ImageDecoded", "urn:message:Limner.Contracts.Images:ImageDecoded", "job candidate image work" },
        { "ImageApproved", "urn:message:Limner.Contracts.Images:ImageApproved", "jobId candidate image work" },
        { "ImageRejected", "urn:message:Limner.Contracts.Images:ImageRejected", "jobId candidate image verdict work" },
        { "JudgeTexts", "urn:message:Limner.Contracts.Moderation:JudgeTexts", "texts" },
        { "TextsJudged", "urn:message:Limner.Contracts.Moderation:TextsJudged", "judgements policyVersion" },
        { "WorkerAnnounced", "urn:message:Limner.Contracts.Workers:WorkerAnnounced", "workerId stage slots model adapters promptTokens reached" },
        { "WorkContinued", "urn:message:Limner.Contracts.Workers:WorkContinued", "jobIds" },
    };

    [Fact]
    public void Every_message_has_an_example()
    {
        Type[] parts = [.. Examples.All.SelectMany(message => Parts(message.GetType())).Distinct()];
        IEnumerable<Type> forgotten = typeof(JobSubmitted).Assembly.GetExportedTypes().Except(parts);
        Assert.Empty(forgotten);
        Assert.Equal(Names.Select(row => row.Data).Order(), Written.Select(row => row.Data.Item1).Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_comes_out_of_JSON_as_it_went_in(string name)
    {
        foreach (object message in Named(name))
        {
            foreach (JsonSerializerOptions options in (JsonSerializerOptions[])[JsonSerializerOptions.Default, SystemTextJsonMessageSerializer.Options])
            {
                string json = JsonSerializer.Serialize(message, message.GetType(), options);
                Assert.Equivalent(message, JsonSerializer.Deserialize(json, message.GetType(), options), strict: true);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_field_that_it_does_not_know_yet_is_no_error(string name)
    {
        foreach (object message in Named(name))
        {
            JsonSerializerOptions options = SystemTextJsonMessageSerializer.Options;
            JsonNode json = JsonSerializer.SerializeToNode(message, message.GetType(), options)!;
            json["fieldOfTomorrow"] = new JsonObject { ["a"] = 1 };
            Assert.Equivalent(message, json.Deserialize(message.GetType(), options), strict: true);
        }
    }

    [Theory]
    [MemberData(nameof(Written))]
    public void Its_name_and_the_names_of_its_fields_stay(string name, string urn, string fields)
    {
        foreach (object message in Named(name))
        {
            Assert.Equal(urn, MessageUrn.ForTypeString(message.GetType()));
            JsonObject json = JsonSerializer.SerializeToNode(message, message.GetType(), SystemTextJsonMessageSerializer.Options)!.AsObject();
            // Null fields are left out.
            Assert.Subset(fields.Split(' ').ToHashSet(), json.Select(field => field.Key).ToHashSet());
        }

        Assert.Equal(fields.Split(' ').ToHashSet(), Named(name).SelectMany(Fields).ToHashSet());
    }

    [Fact]
    public void The_fields_of_a_job_stay()
    {
        JsonNode job = JsonSerializer.SerializeToNode(Named("JobSubmitted").Single(), typeof(JobSubmitted), SystemTextJsonMessageSerializer.Options)!["job"]!;
        Assert.Equal(["jobId", "tenant", "priority", "deadline", "request", "released"], job.AsObject().Select(field => field.Key));
        Assert.Equal(["prompt", "negativePrompt", "candidates", "seed", "width", "height", "steps", "guidance", "adapter", "askedPrompt", "edit"], job["request"]!.AsObject().Select(field => field.Key));
        Assert.Equal(["operation", "parts", "maskKey", "strength", "style", "margins", "zoom", "composition"], job["request"]!["edit"]!.AsObject().Select(field => field.Key));
    }

    [Fact]
    public void A_job_of_before_there_were_edits_is_one_without()
    {
        JsonNode message = JsonSerializer.SerializeToNode(Named("JobSubmitted").Single(), typeof(JobSubmitted), SystemTextJsonMessageSerializer.Options)!;
        message["job"]!["request"]!.AsObject().Remove("edit");
        message["job"]!["request"]!.AsObject().Remove("askedPrompt");
        GenerationRequest request = message.Deserialize<JobSubmitted>(SystemTextJsonMessageSerializer.Options)!.Job.Request;
        Assert.Equal((null, null, 4), (request.Edit, request.AskedPrompt, request.Candidates));
    }

    [Fact]
    public void A_worker_of_before_adapters_were_told_tells_none_of_it()
    {
        JsonNode message = JsonSerializer.SerializeToNode(Named("WorkerAnnounced").Last(), typeof(WorkerAnnounced), SystemTextJsonMessageSerializer.Options)!;
        message.AsObject().Remove("adapters");
        message.AsObject().Remove("promptTokens");
        WorkerAnnounced worker = message.Deserialize<WorkerAnnounced>(SystemTextJsonMessageSerializer.Options)!;
        Assert.Equal((null, null, 8), (worker.Adapters, worker.PromptTokens, worker.Slots));
    }

    [Fact]
    public void What_workers_and_Gateways_of_before_did_not_say_is_unknown()
    {
        JsonNode submitted = JsonSerializer.SerializeToNode(Named("JobSubmitted").Single(), typeof(JobSubmitted), SystemTextJsonMessageSerializer.Options)!;
        submitted["job"]!.AsObject().Remove("released");
        Assert.Null(submitted.Deserialize<JobSubmitted>(SystemTextJsonMessageSerializer.Options)!.Job.Released);
        JsonNode announced = JsonSerializer.SerializeToNode(Named("WorkerAnnounced").First(), typeof(WorkerAnnounced), SystemTextJsonMessageSerializer.Options)!;
        announced.AsObject().Remove("reached");
        Assert.Null(announced.Deserialize<WorkerAnnounced>(SystemTextJsonMessageSerializer.Options)!.Reached);
    }

    private static IEnumerable<string> Fields(object message) =>
        JsonSerializer.SerializeToNode(message, message.GetType(), SystemTextJsonMessageSerializer.Options)!.AsObject().Select(field => field.Key);

    private static IEnumerable<object> Named(string name) => Examples.All.Where(message => message.GetType().Name == name);

    private static IEnumerable<Type> Parts(Type type) =>
        type.Assembly != typeof(JobSubmitted).Assembly
            ? []
            : [type, .. type.GetProperties().Select(property => ElementOf(property.PropertyType)).Where(part => part != type).SelectMany(Parts)];

    private static Type ElementOf(Type type) => Nullable.GetUnderlyingType(type) ?? (type.IsGenericType ? type.GetGenericArguments()[0] : type);
}
