using System.Globalization;
using Limner.Diffusion.Unclip;
using Limner.Imaging;

namespace Limner.Standalone.Pictures;

/// <summary>How a picture was drawn, as its own texts say.</summary>
internal sealed record PictureRecipe(string Prompt, string Negative, ulong Seed, int Candidate, int Steps, float Guidance, float PriorGuidance, string? Adapter, ImageSize Size, string? DrawnBy)
{
    private static readonly string[] OfOtherPictures = ["source", "part", "known", "enlarged"];

    /// <summary>Whether a picture says that it was made of others, which it does not hold.</summary>
    public static bool IsOfOthers(IReadOnlyList<PngText> texts) => texts.Any(text => OfOtherPictures.Contains(text.Keyword));

    /// <summary>Null where something is not said.</summary>
    public static PictureRecipe? Read(IReadOnlyList<PngText> texts, ImageSize size)
    {
        string? Text(string keyword) => texts.FirstOrDefault(text => text.Keyword == keyword).Text;
        T? Number<T>(string keyword) where T : struct, IParsable<T> => T.TryParse(Text(keyword), CultureInfo.InvariantCulture, out T number) ? number : null;
        return Text("prompt") is { } prompt && Number<ulong>("seed") is { } seed && Number<int>("candidate") is { } candidate and > 0
            && Number<int>("steps") is { } steps && Number<float>("guidance") is { } guidance && Number<float>("prior guidance") is { } priorGuidance
            ? new PictureRecipe(prompt, Text("negative") ?? "", seed, candidate - 1, steps, guidance, priorGuidance, Text("adapter"), size, Text("model") is { } model ? $"{model} {Text("version")}" : null)
            : null;
    }
}
