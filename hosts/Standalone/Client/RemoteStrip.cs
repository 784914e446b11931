using Limner.Imaging;
using Limner.Standalone.Output;

namespace Limner.Standalone.Client;

/// <summary>The places of a strip, each of which was a job, as the one request that they are.</summary>
internal static class RemoteStrip
{
    /// <summary>What a place says of itself alone.</summary>
    private static readonly string[] OfOnePlace = ["candidate", "source", "part", "strength"];

    public static RequestReport Join(IReadOnlyList<RequestReport> places, IReadOnlyList<RemoteDrawing> drawings, OutputFolder folder)
    {
        RgbImage[] pictures = [.. drawings.SelectMany(drawing => drawing.Pictures)];
        PngText[] texts = [.. drawings[0].Texts.Where(text => !OfOnePlace.Contains(text.Keyword))];
        return places[0] with
        {
            Images = [.. places.SelectMany(place => place.Images)],
            ContactSheet = folder.Write("strip.png", PngEncoder.Encode(Strip.Compose(pictures), texts)),
            TimingsMs = places.SelectMany(place => place.TimingsMs).GroupBy(timing => timing.Key).ToDictionary(stage => stage.Key, stage => Math.Round(stage.Sum(timing => timing.Value), 2)),
        };
    }
}
