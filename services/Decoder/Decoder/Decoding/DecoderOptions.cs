using System.ComponentModel.DataAnnotations;

namespace Limner.Decoder.Decoding;

/// <summary>How a process decodes.</summary>
internal sealed record DecoderOptions
{
    public const string Section = "Decoder";

    /// <summary>Candidates under way at a time; memory grows with it.</summary>
    [Range(1, 256)]
    public int Slots { get; init; } = 8;

    /// <summary>Images at a time in each super-resolution stage.</summary>
    [Range(1, 256)]
    public int SuperResolutionSlots { get; init; } = 1;

    /// <summary>
    /// Candidates taken from the bus beyond <see cref="Slots"/>: those whose image is being stored have left their slot, and the next
    /// ones have to be there already.
    /// </summary>
    [Range(0, 256)]
    public int Ahead { get; init; } = 2;

    /// <summary>Rows and columns of previews; 0 for none.</summary>
    [Range(0, 256)]
    public int PreviewSize { get; init; } = 64;

    /// <summary>Steps of the decoder from one preview to the next, at least; they may take a twentieth of the engine's time together.</summary>
    [Range(1, 1000)]
    public int PreviewEvery { get; init; } = 4;

    /// <summary>How long conditioning that had to be encoded again here is kept in the cache.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "7.00:00:00")]
    public TimeSpan ConditioningTimeToLive { get; init; } = TimeSpan.FromHours(1);
}
