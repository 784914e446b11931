using Limner.Contracts.Edits;
using Limner.Contracts.Jobs;
using Limner.Contracts.Prompts;
using Limner.Imaging;
using Limner.Moderation.Tests.Images;

namespace Limner.Moderation.Tests.Stages;

/// <summary>Pictures and prompts that come with a job are judged like those that are drawn, before anything is made of them.</summary>
public sealed class GivenPictureTests : IDisposable
{
    private readonly TinyModel _model = new();

    public GivenPictureTests() => _model.WriteRedConcept();

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task A_given_picture_is_judged_before_it_is_used()
    {
        await using RunningModeration moderation = await StartAsync();
        JobDescription good = await JobAsync(moderation, PngEncoder.Encode(TinyModel.Green)), bad = await JobAsync(moderation, LossyEncoder.Encode(TinyModel.Plain(200, 30, 30, 300), ImageFormat.Jpeg, 90));

        await moderation.SayAsync(new JobSubmitted(good));
        Assert.Equal(good.JobId, Assert.IsType<PromptApproved>(await moderation.NextAsync()).Job.JobId);
        await moderation.SayAsync(new JobSubmitted(bad));
        PromptRejected refused = Assert.IsType<PromptRejected>(await moderation.NextAsync());
        Assert.Equal((bad.JobId, "violence", "red-1", true), (refused.JobId, refused.Verdict.Category, refused.Verdict.PolicyVersion, refused.IsOfPicture));
    }

    [Fact]
    public async Task A_picture_that_is_not_there_or_none_is_never_approved()
    {
        await using RunningModeration moderation = await StartAsync();
        foreach (byte[]? file in new[] { null, "no picture"u8.ToArray() })
        {
            JobDescription job = await JobAsync(moderation, file);
            await moderation.SayAsync(new JobSubmitted(job));
            StageFailed failed = Assert.IsType<StageFailed>(await moderation.NextAsync());
            Assert.Equal((job.JobId, null, "source_lost"), (failed.JobId, failed.Candidate, failed.Code));
        }
    }

    [Fact]
    public async Task Every_text_is_judged_wherever_it_stands()
    {
        await using RunningModeration moderation = await StartAsync();
        JobDescription job = TestJob.Of("a fox");
        foreach (GenerationRequest request in new[]
        {
            job.Request with { AskedPrompt = "a naked fox" },
            job.Request with { Edit = new EditRequest { Operation = EditOperation.Blend, Parts = [new EditPart(null, "a fox", 1), new EditPart(null, "a naked man", 1)] } },
            job.Request with { Edit = new EditRequest { Operation = EditOperation.Blend, Parts = [new EditPart(null, "a fox", 1)], Style = new EditStyle("a naked man", "a man", 1) } },
            job.Request with { Edit = new EditRequest { Operation = EditOperation.Blend, Parts = [new EditPart(null, "a fox", 1)], Style = new EditStyle("a man", "a naked man", 0) } },
        })
        {
            await moderation.SayAsync(new JobSubmitted(job with { Request = request }));
            PromptRejected refused = Assert.IsType<PromptRejected>(await moderation.NextAsync());
            Assert.Equal(("sexual", false), (refused.Verdict.Category, refused.IsOfPicture));
        }
    }

    [Fact]
    public async Task What_is_refused_together_is_so_in_two_texts_of_one_picture()
    {
        await using RunningModeration moderation = await StartAsync();
        JobDescription job = TestJob.Of("a little girl flying a kite");
        var edit = new EditRequest { Operation = EditOperation.Blend, Parts = [new EditPart(null, "a house", 1), new EditPart(null, "a woman in a bikini", 1)] };
        await moderation.SayAsync(new JobSubmitted(job with { Request = job.Request with { Edit = edit } }));
        Assert.Equal("minors", Assert.IsType<PromptRejected>(await moderation.NextAsync()).Verdict.Category);
    }

    private static async Task<JobDescription> JobAsync(RunningModeration moderation, byte[]? file)
    {
        JobDescription job = TestJob.Of("");
        string key = $"acme/{job.JobId:N}/source-0";
        if (file is not null)
        {
            await moderation.Store.PutIfAbsentAsync(key, file, "image/png", TestContext.Current.CancellationToken);
        }

        return job with { Request = job.Request with { Edit = new EditRequest { Operation = EditOperation.Variation, Parts = [new EditPart(key, null, 1)] } } };
    }

    private async Task<RunningModeration> StartAsync()
    {
        var moderation = new RunningModeration(new() { ["Model:Folder"] = _model.Folder });
        await moderation.StartAsync();
        return moderation;
    }
}
