using Limner.Contracts.Edits;
using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Decoder.Conditionings;
using Limner.Diffusion.Editing;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;
using Limner.Fixtures.Workers;
using Limner.Inference;
using Limner.ObjectStorage;
using Limner.ServiceDefaults.Cancellation;
using Limner.ServiceDefaults.Conditioning;
using MassTransit;

namespace Limner.Decoder.Tests.Decoding;

/// <summary>All ways of drawing in one decoder at once, on the shipped model: the tiny one lacks parts for them.</summary>
public sealed class MixedBatchTests
{
    private const string Source = "acme/a/source-0", Mask = "acme/a/source-1";

    private static readonly SourceImage Picture = TestSource.Picture(96, 64).Image;

    private static readonly GenerationRequest Plain = new() { Prompt = "a red star left of a blue house", Candidates = 1, Seed = 5, Width = 64, Height = 64, Steps = 6 };

    private static readonly EditRequest Edit = new() { Operation = EditOperation.Variation, Parts = [new EditPart(Source, null, 1)] };

    private static readonly Asked Inpainting = new(
        Plain with { Prompt = "a green tree", Width = 96, Height = 64, Edit = Edit with { Operation = EditOperation.Inpainting, MaskKey = Mask } },
        request => request with { Known = new(Picture, TestSource.Mask(96, 64, 48).Kept) });

    /// <summary>The picture with 32 pixels more at the right.</summary>
    internal static Asked Outpainting { get; } = new(
        Plain with { Prompt = "", Seed = 3, Width = 128, Height = 64, Edit = Edit with { Operation = EditOperation.Outpainting, Margins = new(0, 0, 32, 0) } },
        request => request with { Known = KnownRegion.Place(Picture, new(128, 64), 0, 0) });

    private static readonly Asked[] All =
    [
        new(Plain),
        new(Plain with { Prompt = "two pink fish", Seed = 2, Steps = 9, Guidance = 3 }),
        new(Plain with { Prompt = "a white boat", Width = 192, Height = 64, Steps = 4 }),
        new(Plain with { Prompt = "a white boat", Width = 64, Height = 112, Steps = 5 }),
        new(Plain with { Prompt = "", Edit = Edit }, request => request with { Parts = [BlendPart.Of(Picture)], Strength = 0.5f }),
        Inpainting,
        Outpainting,
        new(Plain with { Prompt = "", Width = 192, Height = 128, Edit = Edit with { Operation = EditOperation.Upscale } }, request => request with { Upscale = Picture }),
        new(
            Plain with { Seed = 9, Edit = new EditRequest { Operation = EditOperation.Reroll, Parts = [], Composition = new Composition(5, 1, null) } },
            request => request with { Seed = 5, DecoderSeed = 9, Composition = 1 }),
        new(
            Plain with { Prompt = "", Edit = Edit with { Strength = 0, Style = new EditStyle("a boat on a blue background", "a boat on a red background", 0.5f) } },
            request => request with { Parts = [BlendPart.Of(Picture)], Style = new("a boat on a blue background", "a boat on a red background", 0.5f) }),
    ];

    [Fact]
    public async Task Each_has_the_bytes_that_it_has_alone_and_cancelled_ones_leave_at_the_next_step()
    {
        await using ServiceUnderTest decoder = await StartAsync(new() { ["Decoder:Slots"] = "10" });
        await FillCacheAsync(decoder.Get<IConditioningCache>());

        // In the company of two edits that go on until all the others are done.
        JobDescription[] company = [.. new[] { Inpainting, Outpainting }.Select(edit => ServiceUnderTest.Job(edit.Request with { Steps = 900 }))];
        var left = new Dictionary<Guid, int>();
        using var begun = new CountdownEvent(company.Length);
        bool isEnough = false;
        decoder.Progress.Then = progress =>
        {
            if (!company.Any(job => job.JobId == progress.JobId))
            {
                return;
            }

            if (progress.Step == 1)
            {
                begun.Signal();
            }

            if (Volatile.Read(ref isEnough) && left.TryAdd(progress.JobId, progress.Step))
            {
                decoder.Get<RunningJobs>().Cancel(progress.JobId);
            }
        };
        foreach (JobDescription job in company)
        {
            await decoder.PublishAsync(DecoderUnderTest.Encoded(job));
        }

        await Task.Run(() => Assert.True(begun.Wait(EventLog.Patience)), TestContext.Current.CancellationToken);

        JobDescription[] jobs = [.. All.Select(asked => ServiceUnderTest.Job(asked.Request))];
        foreach (JobDescription job in jobs)
        {
            await decoder.PublishAsync(DecoderUnderTest.Encoded(job));
        }

        foreach (JobDescription _ in jobs)
        {
            ImageDecoded decoded = await decoder.Events.NextAsync<ImageDecoded>();
            Asked asked = All[Array.FindIndex(jobs, job => job.JobId == decoded.Job.JobId)];
            byte[]? drawn = await decoder.StoredAsync(decoded.Image.Key);
            Assert.True(asked.Draw().AsSpan().SequenceEqual(drawn), $"{asked.Request} was drawn otherwise");
            Assert.Equal((asked.Request.Width, asked.Request.Height), (decoded.Image.Width, decoded.Image.Height));
        }

        Assert.False(decoder.Get<SpareEncoder>().IsLoaded); // what the cache had fitted, whatever its shape
        Volatile.Write(ref isEnough, true);
        JobDescription next = ServiceUnderTest.Job(Plain);
        await decoder.PublishAsync(DecoderUnderTest.Encoded(next));
        Assert.Equal(next.JobId, (await decoder.Events.NextAsync<ImageDecoded>()).Job.JobId);
        await decoder.StopAsync();
        Assert.Equal(company.Select(job => left[job.JobId]), company.Select(job => decoder.Progress.Of(job.JobId)[^1].Step));
        Assert.All(left.Values, step => Assert.InRange(step, 2, 899));
        Assert.Empty(decoder.Events.Unread<ImageDecoded>());
        Assert.Empty(decoder.Events.Unread<StageFailed>());
        Assert.Empty(decoder.Events.Unread<Fault<ImageEncoded>>());
    }

    /// <summary>Starts a Decoder on the shipped model with the pictures that the jobs name.</summary>
    internal static async Task<ServiceUnderTest> StartAsync(Dictionary<string, string?> settings, EventLog? log = null)
    {
        settings["Model:Folder"] = ShippedModel.Folder;
        ServiceUnderTest decoder = await DecoderUnderTest.StartAsync(settings, log: log);
        IObjectStore store = decoder.Get<IObjectStore>();
        await store.PutIfAbsentAsync(Source, TestSource.Picture(96, 64).File, "image/png", TestContext.Current.CancellationToken);
        await store.PutIfAbsentAsync(Mask, TestSource.Mask(96, 64, 48).File, "image/png", TestContext.Current.CancellationToken);
        return decoder;
    }

    private static async Task FillCacheAsync(IConditioningCache cache)
    {
        using UnclipModel model = ModelFolder.Load(ShippedModel.Folder, new() { Provider = ExecutionProvider.Cpu, Threads = 1 }, ModelParts.Encoder | ModelParts.ImageEncoder);
        var encoder = new UnclipEncoder(model.Encoder!, new SeededNoiseSource(), TimeProvider.System, new(TimeProvider.System));
        foreach (EncodeRequest? request in All.Select(asked => asked.Engine.ToEncodeRequest(model.Defaults)))
        {
            Conditioning conditioning = encoder.Encode(request, TestContext.Current.CancellationToken)[0];
            await cache.SetAsync(ConditioningKey.Of(model.Name, model.Version, request, request.FirstCandidate), ConditioningFormat.Write(conditioning), TimeSpan.FromHours(1), TestContext.Current.CancellationToken);
        }
    }

    /// <summary>A request as the service gets it, and what the engine is asked beyond its plain fields.</summary>
    internal sealed record Asked(GenerationRequest Request, Func<UnclipRequest, UnclipRequest>? Made = null)
    {
        public UnclipRequest Engine => DecoderUnderTest.Asked(Request, Made);

        /// <summary>Its PNG from the bare engine, where it is alone.</summary>
        public byte[] Draw() => DecoderUnderTest.Draw(Request, Made, ShippedModel.Folder)[0];
    }
}
