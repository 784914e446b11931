using System.Security.Cryptography;
using Limner.Diffusion.Editing;

namespace Limner.Diffusion.Unclip;

/// <summary>
/// Under which key a cache holds a candidate's conditioning: a digest of everything that it depends on, so that equal requests find
/// each other's and nothing else does.
/// </summary>
public static class ConditioningKey
{
    /// <summary>The key, <c>conditioning:</c> and the SHA-256 in lower-case hexadecimal.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="version">The model's version.</param>
    /// <param name="request">The prompt; its number of candidates does not count.</param>
    /// <param name="candidate">Which candidate.</param>
    public static string Of(string model, string version, EncodeRequest request, int candidate)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes))
        {
            writer.Write(ConditioningFormat.Version);
            writer.Write(model); // strings carry their length: no two sequences of fields give the same bytes
            writer.Write(version);
            writer.Write(request.Prompt);
            writer.Write(request.Guided); // the decoder's scale counts only by switching guidance on
            writer.Write(request.Guided ? request.NegativePrompt : "");
            writer.Write(request.Seed);
            writer.Write(candidate);
            writer.Write(request.PriorSteps);
            writer.Write(request.PriorGuidance);
            writer.Write(request.Strength);
            writer.Write(request.Known?.Digest() ?? "");
            writer.Write(request.Size is { } size && size.Width != size.Height ? $"{size}" : ""); // a square's embedding is the same at any size
            writer.Write(request.Parts.Count);
            foreach (BlendPart part in request.Parts)
            {
                writer.Write(part.Image is null);
                writer.Write(part.Image?.Digest() ?? part.Prompt!);
                writer.Write(part.Weight);
            }

            if (request.Style is { } style)
            {
                writer.Write(style.Towards);
                writer.Write(style.From);
                writer.Write(style.Weight);
            }

            if (request.Adapter is { } adapter)
            {
                writer.Write(adapter); // at the end, where nothing can be taken for it
            }
        }

        return $"conditioning:{Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray()))}";
    }
}
