namespace Limner.Gateway.Families;

/// <summary>The families, with the limits of OpenAI's API reference where they are not ours.</summary>
internal static class ModelFamilies
{
    /// <summary>What Moderation judges at most; OpenAI's GPT image models take 32,000.</summary>
    private const int LongestJudged = 4000;

    /// <summary>A blend has four parts, and the prompt is one of them; OpenAI's GPT image models take 16.</summary>
    private const int MostImages = 3;

    private static readonly string[] GptParameters = ["output_format", "output_compression", "background", "moderation"];

    private static readonly string[] GptQualities = ["low", "medium", "high", "auto"];

    public static ModelFamily DallE2 { get; } = new()
    {
        Name = "dall-e-2",
        Models = ["dall-e-2"],
        LongestPrompt = 1000,
        Sizes = SizeRule.Of(auto: false, (256, 256), (512, 512), (1024, 1024)),
        Qualities = ["standard", "auto"],
        Parameters = ["response_format"],
        Edits = new EditRule(1, OnlySquarePng: true),
        Varies = true,
    };

    public static ModelFamily DallE3 { get; } = new()
    {
        Name = "dall-e-3",
        Models = ["dall-e-3"],
        LongestPrompt = 4000,
        MostImages = 1,
        Sizes = SizeRule.Of(auto: false, (1024, 1024), (1792, 1024), (1024, 1792)),
        Qualities = ["standard", "hd", "auto"],
        Parameters = ["response_format", "style"],
        RevisesPrompts = true,
        RepeatsPrompts = true,
    };

    public static ModelFamily GptImage { get; } = new()
    {
        Name = "the GPT image family",
        Models = ["gpt-image-1", "gpt-image-1-mini", "gpt-image-1.5", "chatgpt-image-latest"],
        LongestPrompt = LongestJudged,
        Sizes = SizeRule.Of(auto: true, (1024, 1024), (1536, 1024), (1024, 1536)),
        Qualities = GptQualities,
        Parameters = GptParameters,
        AnswersInBase64 = true,
        Streams = true,
        Edits = new EditRule(MostImages, OnlySquarePng: false),
    };

    public static ModelFamily GptImage2 { get; } = GptImage with
    {
        Name = "gpt-image-2",
        Models = ["gpt-image-2", "gpt-image-2-2026-04-21"],
        Sizes = new SizeRule("multiples of 16 up to 3840x2160 between 1:3 and 3:1, and auto", TakesAuto: true, FitsGptImage2),
    };

    /// <summary>Our own model by its name, or none named: everything that any family takes.</summary>
    public static ModelFamily Own { get; } = new()
    {
        Name = "this model",
        RevisesPrompts = true,
        Models = [],
        LongestPrompt = LongestJudged,
        Sizes = new SizeRule("WIDTHxHEIGHT and auto", TakesAuto: true, (_, _) => true),
        Qualities = ["standard", "hd", .. GptQualities],
        Parameters = ["response_format", "style", .. GptParameters],
        Streams = true,
        Edits = new EditRule(MostImages, OnlySquarePng: false),
        Varies = true,
    };

    /// <summary>Those with a name of OpenAI's.</summary>
    public static IReadOnlyList<ModelFamily> Named { get; } = [DallE2, DallE3, GptImage, GptImage2];

    /// <summary>The family that a name of OpenAI's is one of; null for any other name, and for none.</summary>
    public static ModelFamily? Find(string? model) => model is null ? null : Named.FirstOrDefault(family => family.Models.Contains(model));

    /// <summary>What makes a request that names no model one for the GPT image family, as OpenAI does it.</summary>
    public static bool IsParameterOfGpt(string name) => GptParameters.Contains(name);

    private static bool FitsGptImage2(int width, int height) =>
        width % 16 == 0 && height % 16 == 0 && Math.Max(width, height) <= 3840 && Math.Min(width, height) <= 2160 && Math.Max(width, height) <= 3 * Math.Min(width, height);
}
