using System.Globalization;
using System.Reflection;
using Limner.Diffusion.Editing;
using Limner.Diffusion.Unclip;
using Limner.Imaging;

namespace Limner.Requests;

/// <summary>What a PNG says of its making: enough to make it again. No date, no machine, no job: the same request gives the same bytes.</summary>
public static class Provenance
{
    private static readonly string Software =
        $"Limner {typeof(Provenance).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion}";

    /// <summary>The texts of one image, or of a sheet of several.</summary>
    /// <param name="request">What was asked of the engine.</param>
    /// <param name="candidate">Which of its images, from 0; null for a sheet.</param>
    /// <param name="defaults">What holds where the request says nothing.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="version">The model's version.</param>
    public static PngText[] Texts(UnclipRequest request, int? candidate, UnclipDefaults defaults, string model, string version)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(defaults);
        (string Keyword, string? Text)[] texts =
        [
            ("prompt", request.Prompt.Length > 0 ? request.Prompt : null),
            ("negative", request.NegativePrompt.Length > 0 ? request.NegativePrompt : null),
            .. request.Parts.Select(part => (part.Image is null ? "part" : "source", (string?)Describe(part))),
            ("style", request.Style?.Towards),
            ("style from", request.Style?.From),
            ("style weight", request.Style is { } style ? Number(style.Weight) : null),
            ("known", request.Known is { } known ? $"sha256:{known.Digest()}" : null),
            ("enlarged", request.Upscale is { } given ? $"sha256:{given.Digest()}" : null),
            ("strength", request.Parts.Count > 0 ? Number(request.Strength) : null),
            ("seed", Number(request.Seed)),
            ("candidate", candidate is { } index ? Number(request.EmbeddingOf(index) + 1) : null),
            .. Redrawn(request, candidate),
            .. request.Upscale is null ? Drawn(request, defaults) : [],
            ("adapter", request.Adapter),
            ("model", model),
            ("version", version),
            ("Software", Software),
        ];
        // U+0000 ends a text inside a PNG, and a prompt may hold one.
        return [.. texts.Where(text => text.Text is not null).Select(text => new PngText(text.Keyword, text.Text!.Replace('\0', '\uFFFD')))];
    }

    private static (string, string?)[] Drawn(UnclipRequest request, UnclipDefaults defaults) =>
    [
        ("steps", Number(request.DecoderSteps ?? defaults.DecoderSteps)),
        ("guidance", Number(request.Guidance ?? defaults.Guidance)),
        ("prior guidance", Number(request.PriorGuidance ?? defaults.PriorGuidance)),
    ];

    // Of a reroll: what the decoder's noise came from, where seed and candidate say what the embedding did.
    private static (string, string?)[] Redrawn(UnclipRequest request, int? candidate) =>
    [
        ("decoder seed", request.DecoderSeed is { } seed ? Number(seed) : null),
        ("decoder candidate", request.Composition is not null && candidate is { } index ? Number(index + 1) : null),
    ];

    // A picture by its digest: whoever has it can tell.
    private static string Describe(BlendPart part) => $"{(part.Image is { } image ? $"sha256:{image.Digest()}" : part.Prompt)}{(part.Weight == 1 ? "" : $" × {Number(part.Weight)}")}";

    private static string Number(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
