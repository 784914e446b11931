using System.Security.Cryptography;
using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Imaging;
using Limner.Moderation.Tests.Images;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Moderation.Tests.Stages;

public sealed class ImageStageTests : IDisposable
{
    private readonly TinyModel _model = new();

    public ImageStageTests() => _model.WriteRedConcept();

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task An_image_is_approved_or_refused_whatever_the_prompt_said()
    {
        await using RunningModeration moderation = await StartAsync();

        ImageDecoded good = await StoreAsync(moderation, PngEncoder.Encode(TinyModel.Green)), bad = await StoreAsync(moderation, PngEncoder.Encode(TinyModel.Plain(200, 30, 30, 1024)));
        await moderation.SayAsync(good);
        Assert.Equal(new ImageApproved(good.Job.JobId, 0, good.Image, good.Work), await moderation.NextAsync());
        await moderation.SayAsync(bad);
        ImageRejected refused = Assert.IsType<ImageRejected>(await moderation.NextAsync());
        Assert.Equal((bad.Job.JobId, bad.Work, "violence", "red-1"), (refused.JobId, refused.Work, refused.Verdict.Category, refused.Verdict.PolicyVersion));
        Assert.Equal(bad.Image with { Width = 1024, Height = 1024 }, refused.Image);
    }

    [Fact]
    public async Task The_verdict_names_the_bytes_that_were_judged()
    {
        await using RunningModeration moderation = await StartAsync();
        byte[] stored = PngEncoder.Encode(TinyModel.Green);
        ImageDecoded message = await StoreAsync(moderation, stored);

        await moderation.SayAsync(message with { Image = message.Image with { Bytes = 1, Sha256 = "of another worker's bytes" } });

        StoredImage judged = Assert.IsType<ImageApproved>(await moderation.NextAsync()).Image;
        Assert.Equal((stored.Length, Convert.ToHexStringLower(SHA256.HashData(stored))), (judged.Bytes, judged.Sha256));
    }

    [Theory]
    [InlineData("no picture at all")]
    [InlineData("cut")]
    [InlineData("too large")]
    public async Task What_cannot_be_judged_is_a_fault_and_never_an_approval(string what)
    {
        await using RunningModeration moderation = await StartAsync();
        ImageDecoded message = await StoreAsync(moderation, what switch
        {
            "cut" => PngEncoder.Encode(TinyModel.Green)[..^40],
            "too large" => PngEncoder.Encode(TinyModel.Plain(30, 200, 30, 2049)),
            _ => "no picture at all"u8.ToArray(),
        });

        await moderation.SayAsync(message);

        Assert.Equal(message.Job.JobId, Assert.IsType<Fault<ImageDecoded>>(await moderation.NextAsync(), exactMatch: false).Message.Job.JobId);
    }

    [Fact]
    public async Task An_image_that_is_gone_fails_its_candidate()
    {
        await using RunningModeration moderation = await StartAsync();
        ImageDecoded message = TestJob.Decoded(TestJob.Of("a fox"), [1]);

        await moderation.SayAsync(message);

        StageFailed failed = Assert.IsType<StageFailed>(await moderation.NextAsync());
        Assert.Equal((message.Job.JobId, 0, JobStage.ImageModeration, "image_missing"), (failed.JobId, failed.Candidate, failed.Stage, failed.Code));
    }

    [Fact]
    public async Task A_store_that_is_away_for_a_while_is_waited_for()
    {
        await using RunningModeration moderation = await StartAsync(services => UnsteadyStore.Around(services, failures: 2));
        ImageDecoded message = await StoreAsync(moderation, PngEncoder.Encode(TinyModel.Green));

        await moderation.SayAsync(message);

        Assert.IsType<ImageApproved>(await moderation.NextAsync());
        Assert.Equal(3, Assert.IsType<UnsteadyStore>(moderation.Store).Reads);
    }

    [Fact]
    public async Task Without_concepts_the_service_does_not_start()
    {
        File.Delete(_model.ConceptsPath);
        await using var moderation = new RunningModeration(Settings);
        Assert.Contains("concepts.json is missing", (await Assert.ThrowsAsync<InvalidDataException>(moderation.StartAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unless_it_is_told_to_do_without()
    {
        File.Delete(_model.ConceptsPath);
        await using var moderation = new RunningModeration(new(Settings) { ["Moderation:Images:Unchecked"] = "true" });
        await moderation.StartAsync();
        ImageDecoded message = await StoreAsync(moderation, PngEncoder.Encode(TinyModel.Red));

        await moderation.SayAsync(message);

        Assert.IsType<ImageApproved>(await moderation.NextAsync());
    }

    private Dictionary<string, string?> Settings => new() { ["Model:Folder"] = _model.Folder };

    private async Task<RunningModeration> StartAsync(Action<IServiceCollection>? change = null)
    {
        var moderation = new RunningModeration(Settings, change);
        await moderation.StartAsync();
        return moderation;
    }

    private static async Task<ImageDecoded> StoreAsync(RunningModeration moderation, byte[] bytes)
    {
        ImageDecoded message = TestJob.Decoded(TestJob.Of("a sword"), bytes);
        Assert.True(await moderation.Store.PutIfAbsentAsync(message.Image.Key, bytes, "image/png", TestContext.Current.CancellationToken));
        return message;
    }
}
