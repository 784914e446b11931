using Limner.Contracts.Edits;
using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Contracts.Moderation;
using Limner.Contracts.Prompts;
using Limner.Contracts.Workers;

namespace Limner.Contracts.Tests;

/// <summary>One message of each kind, every field with a value of its own.</summary>
internal static class Examples
{
    private static readonly Guid JobId = new("00112233-4455-6677-8899-aabbccddeeff");

    private static readonly JobDescription Job = new(JobId, "acme", JobPriority.Batch, new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero), new GenerationRequest
    {
        Prompt = "ein \"roter\" Fuchs \u00fc\U0001F98A",
        NegativePrompt = "blur",
        Candidates = 4,
        // Beyond what a double holds: JSON numbers must not be read as one.
        Seed = ulong.MaxValue - 1,
        Width = 512,
        Height = 1024,
        Steps = 25,
        Guidance = 4.1f,
        AskedPrompt = "make it red",
        Edit = new EditRequest
        {
            Operation = EditOperation.Outpainting,
            Parts = [new EditPart("acme/00112233445566778899aabbccddeeff/source-0", null, 0.5f), new EditPart(null, "a hat", 1.5f)],
            MaskKey = "acme/00112233445566778899aabbccddeeff/mask",
            Strength = 0.25f,
            Margins = new Margins(1, 2, 3, 4),
        },
    })
    {
        Released = new DateTimeOffset(2030, 1, 2, 2, 4, 5, TimeSpan.Zero),
    };

    private static readonly StoredImage Image = new("acme/00112233445566778899aabbccddeeff/3.png", 512, 1024, 5_000_000_000, "ab12");

    private static readonly WorkDone Work = new(25, 13_107_200, 1.25, "limner 1", 9);

    private static readonly Verdict Verdict = new("violence", "2026-11");

    public static IReadOnlyList<object> All { get; } =
    [
        new JobSubmitted(Job),
        new JobCancelled(JobId),
        new StageFailed(JobId, null, JobStage.Encoding, "prompt_too_long", "The prompt has 90 tokens, not at most 77."),
        new StageFailed(JobId, 0, JobStage.ImageModeration, "x", "y"),
        new PromptApproved(Job),
        new PromptRejected(JobId, Verdict) { IsOfPicture = true },
        new ImageEncoded(Job, 3, "conditioning:ff"),
        new ImageDecoded(Job, 3, Image, Work),
        new ImageApproved(JobId, 3, Image, Work),
        new ImageRejected(JobId, 3, Image, Verdict, Work),
        new JudgeTexts(["a red fox", ""]),
        new TextsJudged([new TextJudgement(["violence", "hate"]), new TextJudgement([])], "2026-11"),
        new WorkerAnnounced("worker", JobStage.Decoding, 8, "limner 1") { Adapters = [], Reached = new DateTimeOffset(2030, 1, 2, 2, 4, 5, TimeSpan.Zero) },
        new WorkerAnnounced("worker", JobStage.Encoding, 8, "limner 1") { Adapters = ["ink", "watercolour"], PromptTokens = 75 },
        new WorkContinued([JobId, Guid.Empty]),
    ];
}
