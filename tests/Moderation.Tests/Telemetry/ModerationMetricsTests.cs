using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Contracts.Moderation;
using Limner.Fixtures.Telemetry;
using Limner.Imaging;
using Limner.Moderation.Tests.Images;
using Limner.Moderation.Tests.Stages;
using MassTransit;

namespace Limner.Moderation.Tests.Telemetry;

public sealed class ModerationMetricsTests : IDisposable
{
    private readonly TinyModel _model = new();

    public ModerationMetricsTests() => _model.WriteRedConcept();

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task Verdicts_are_told_by_stage_and_category_and_nothing_of_what_was_judged()
    {
        await using var moderation = new RunningModeration(new() { ["Model:Folder"] = _model.Folder });
        await moderation.StartAsync();
        using var verdicts = new Measured<long>(moderation.Service<IServiceProvider>(), "Limner.Moderation", "limner.moderation.verdicts");
        using var durations = new Measured<double>(moderation.Service<IServiceProvider>(), "Limner.Moderation", "limner.moderation.judgement.duration");

        // 1. Prompts; one that is too long to be judged has no verdict
        foreach (string prompt in new[] { "a killer whale", "a n4ked w0man", new string('a', 4001) })
        {
            await moderation.SayAsync(new JobSubmitted(TestJob.Of(prompt)));
            await moderation.NextAsync();
        }

        // 2. Pictures; one that is gone has none either
        foreach (RgbImage? picture in new[] { TinyModel.Green, TinyModel.Red, null })
        {
            ImageDecoded message = TestJob.Decoded(TestJob.Of("a sword"), picture is null ? [1] : PngEncoder.Encode(picture));
            if (picture is not null)
            {
                await moderation.Store.PutIfAbsentAsync(message.Image.Key, PngEncoder.Encode(picture), "image/png", TestContext.Current.CancellationToken);
            }

            await moderation.SayAsync(message);
            await moderation.NextAsync();
        }

        // 3. Texts, two in one question
        await moderation.Service<IBus>().CreateRequestClient<JudgeTexts>()
            .GetResponse<TextsJudged>(new JudgeTexts(["a killer whale", "a naked man with a severed head"]), TestContext.Current.CancellationToken);

        Assert.Equal(
            [
                "limner.moderation.stage=prompt limner.moderation.verdict=approved",
                "limner.moderation.category=sexual limner.moderation.stage=prompt limner.moderation.verdict=rejected",
                "limner.moderation.stage=image limner.moderation.verdict=approved",
                "limner.moderation.category=violence limner.moderation.stage=image limner.moderation.verdict=rejected",
                "limner.moderation.stage=text limner.moderation.verdict=approved",
                "limner.moderation.category=sexual limner.moderation.stage=text limner.moderation.verdict=rejected",
            ], verdicts.Tags);
        Assert.Equal(
            [.. Enumerable.Repeat("limner.moderation.stage=prompt", 2), .. Enumerable.Repeat("limner.moderation.stage=image", 2), "limner.moderation.stage=text"], durations.Tags);
        Assert.All(durations.Values, seconds => Assert.InRange(seconds, double.Epsilon, 600));
    }
}
