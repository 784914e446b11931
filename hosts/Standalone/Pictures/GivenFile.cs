using Limner.Diffusion.Editing;

namespace Limner.Standalone.Pictures;

/// <summary>A picture that a command begins from.</summary>
/// <param name="Image">The picture.</param>
/// <param name="Bytes">Its file, as a service gets it.</param>
internal sealed record GivenFile(SourceImage Image, byte[] Bytes)
{
    /// <summary>A file as the text that stands for it in a request.</summary>
    public static string DataUrl(ReadOnlySpan<byte> bytes) => $"data:application/octet-stream;base64,{Convert.ToBase64String(bytes)}";

    /// <inheritdoc cref="DataUrl(ReadOnlySpan{byte})"/>
    public string DataUrl() => DataUrl(Bytes);
}
