using System.Globalization;
using System.Reflection;
using Limner.Diffusion.Editing;
using Limner.Diffusion.Unclip;
using Limner.Imaging;

namespace Limner.Decoder.Decoding;

/// <summary>What a PNG says of its making: enough to make it again. No date, no machine, no job: the same request gives the same bytes.</summary>
internal static class Provenance
{
    private static readonly string Software =
        $"Limner {typeof(Provenance).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion}";

    public static PngText[] Texts(UnclipRequest request, int candidate, UnclipDefaults defaults, string model, string version)
    {
        var culture = CultureInfo.InvariantCulture;
        return
        [
            Text("prompt", request.Prompt),
            .. request.NegativePrompt.Length > 0 ? [Text("negative", request.NegativePrompt)] : Array.Empty<PngText>(),
            .. request.Parts.Select(part => Text(part.Image is null ? "part" : "source", Describe(part))),
            .. request.Known is { } known ? [Text("known", $"sha256:{known.Digest()}")] : Array.Empty<PngText>(),
            .. request.Parts.Count > 0 ? [Text("strength", request.Strength.ToString(culture))] : Array.Empty<PngText>(),
            Text("seed", request.Seed.ToString(culture)),
            Text("candidate", (candidate + 1).ToString(culture)),
            Text("steps", (request.DecoderSteps ?? defaults.DecoderSteps).ToString(culture)),
            Text("guidance", (request.Guidance ?? defaults.Guidance).ToString(culture)),
            Text("prior guidance", (request.PriorGuidance ?? defaults.PriorGuidance).ToString(culture)),
            Text("model", model),
            Text("version", version),
            Text("Software", Software),
        ];
    }

    // A picture by its digest: whoever has it can tell.
    private static string Describe(BlendPart part) =>
        string.Create(CultureInfo.InvariantCulture, $"{(part.Image is { } image ? $"sha256:{image.Digest()}" : part.Prompt)}{(part.Weight == 1 ? "" : $" × {part.Weight}")}");

    // U+0000 ends a text inside a PNG, and a prompt may hold one.
    private static PngText Text(string keyword, string text) => new(keyword, text.Replace('\0', '\uFFFD'));
}
