using Limner.Contracts.Edits;
using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Diffusion.Editing;
using Limner.Fixtures.Workers;
using Limner.ObjectStorage;
using Limner.ServiceDefaults.Conditioning;

namespace Limner.Encoder.Tests.Encoding;

/// <summary>Jobs that are made of pictures.</summary>
public sealed class PictureTests
{
    private const string First = "acme/a/source-0", Second = "acme/a/source-1";

    private static readonly GenerationRequest Variation = EncoderUnderTest.Request with
    {
        Prompt = "",
        Edit = new EditRequest { Operation = EditOperation.Variation, Parts = [new EditPart(First, null, 1)] },
    };

    [Fact]
    public async Task Variations_blends_and_ordinary_jobs_together_give_the_bits_of_the_bare_engine()
    {
        await using ServiceUnderTest encoder = await EncoderUnderTest.StartAsync(new() { ["Encoder:Slots"] = "4" });
        ((SourceImage Image, byte[] File) one, (SourceImage Image, byte[] File) other) = (TestSource.Picture(96, 64), TestSource.Picture(64, 80));
        await PutAsync(encoder, First, one.File);
        await PutAsync(encoder, Second, other.File);
        GenerationRequest blend = EncoderUnderTest.Request with
        {
            Prompt = "",
            Edit = new EditRequest { Operation = EditOperation.Blend, Parts = [new EditPart(First, null, 2), new EditPart(Second, null, 1), new EditPart(null, "a blue fish", 0.5f)] },
        };
        JobDescription[] jobs = [ServiceUnderTest.Job(Variation), ServiceUnderTest.Job(blend), ServiceUnderTest.Job(EncoderUnderTest.Request)];
        await encoder.ApproveAsync(jobs);

        byte[][][] expected =
        [
            EncoderUnderTest.Encode(Variation, asked => asked with { Parts = [BlendPart.Of(one.Image)], Strength = 0.5f }),
            EncoderUnderTest.Encode(blend, asked => asked with { Parts = [BlendPart.Of(one.Image, 2), BlendPart.Of(other.Image, 1), BlendPart.Of("a blue fish", 0.5f)] }),
            EncoderUnderTest.Encode(EncoderUnderTest.Request),
        ];
        foreach ((JobDescription job, byte[][] bytes) in jobs.Zip(expected))
        {
            foreach (ImageEncoded encoded in await encoder.EncodedAsync(job))
            {
                Assert.Equal(bytes[encoded.Candidate], await encoder.Get<IConditioningCache>().GetAsync(encoded.ConditioningKey, TestContext.Current.CancellationToken));
            }
        }

        Assert.NotEqual(expected[0][0], EncoderUnderTest.Encode(Variation)[0]);
    }

    [Fact]
    public async Task Another_picture_or_strength_is_another_conditioning_and_the_same_again_is_found()
    {
        await using ServiceUnderTest encoder = await EncoderUnderTest.StartAsync();
        await PutAsync(encoder, First, TestSource.Picture(96, 64).File);
        await PutAsync(encoder, Second, TestSource.Picture(64, 80).File);
        async Task<string> KeyAsync(EditRequest edit)
        {
            JobDescription job = ServiceUnderTest.Job(Variation with { Edit = edit });
            await encoder.ApproveAsync(job);
            return (await encoder.EncodedAsync(job))[0].ConditioningKey;
        }

        string first = await KeyAsync(Variation.Edit!);
        Assert.Equal(first, await KeyAsync(Variation.Edit!));
        Assert.Equal(3, new HashSet<string>
        {
            first,
            await KeyAsync(Variation.Edit! with { Strength = 0.75f }),
            await KeyAsync(Variation.Edit! with { Parts = [new EditPart(Second, null, 1)] }),
        }.Count);
    }

    [Fact]
    public async Task An_upscale_is_passed_on_without_work_or_an_entry_in_the_cache()
    {
        await using ServiceUnderTest encoder = await EncoderUnderTest.StartAsync();
        // Its picture is not even looked for.
        JobDescription job = ServiceUnderTest.Job(Variation with { Edit = Variation.Edit! with { Operation = EditOperation.Upscale } });
        await encoder.ApproveAsync(job);
        Assert.All(await encoder.EncodedAsync(job), encoded => Assert.Equal("", encoded.ConditioningKey));
        Assert.Empty(encoder.Progress.Of(job.JobId));
        Assert.Null(await encoder.Get<IConditioningCache>().GetAsync("", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_reroll_finds_the_one_embedding_of_its_image()
    {
        await using ServiceUnderTest encoder = await EncoderUnderTest.StartAsync();
        JobDescription first = ServiceUnderTest.Job(EncoderUnderTest.Request);
        await encoder.ApproveAsync(first);
        string key = (await encoder.EncodedAsync(first))[1].ConditioningKey;

        var edit = new EditRequest { Operation = EditOperation.Reroll, Parts = [], Composition = new Composition(EncoderUnderTest.Request.Seed, 1, null) };
        (JobDescription again, JobDescription lost) = (ServiceUnderTest.Job(EncoderUnderTest.Request with { Seed = 99, Candidates = 3, Edit = edit }), ServiceUnderTest.Job(
            EncoderUnderTest.Request with { Seed = 99, Candidates = 3, Edit = edit with { Composition = new Composition(77, 4, null) } }));
        await encoder.ApproveAsync(again);
        Assert.Equal([key, key, key], (await encoder.EncodedAsync(again)).Select(encoded => encoded.ConditioningKey));
        Assert.Empty(encoder.Progress.Of(again.JobId));

        await encoder.ApproveAsync(lost);
        IEnumerable<string> keys = (await encoder.EncodedAsync(lost)).Select(encoded => encoded.ConditioningKey).Distinct();
        Assert.Equal([4], encoder.Progress.Of(lost.JobId).Select(told => told.Candidate).Distinct());
        Assert.Equal(
            EncoderUnderTest.Encode(EncoderUnderTest.Request with { Seed = 77, Candidates = 5 })[4],
            await encoder.Get<IConditioningCache>().GetAsync(Assert.Single(keys), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_picture_that_is_gone_fails_the_job_with_a_sentence()
    {
        await using ServiceUnderTest encoder = await EncoderUnderTest.StartAsync();
        JobDescription job = ServiceUnderTest.Job(Variation);
        await encoder.ApproveAsync(job);
        Assert.Equal(
            new StageFailed(job.JobId, null, JobStage.Encoding, "source_lost", "A picture that the job was given is no longer there."), await encoder.Events.NextAsync<StageFailed>());
    }

    private static Task<bool> PutAsync(ServiceUnderTest encoder, string key, byte[] file) =>
        encoder.Get<IObjectStore>().PutIfAbsentAsync(key, file, "image/png", TestContext.Current.CancellationToken);
}
