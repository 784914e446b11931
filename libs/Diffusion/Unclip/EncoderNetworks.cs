using Limner.Diffusion.Sampling;
using Limner.Diffusion.Schedulers;
using Limner.Diffusion.Tokenization;

namespace Limner.Diffusion.Unclip;

/// <summary>The CLIP text encoder: <c>input_ids</c> (77) to <c>text_embeds</c> (D) and <c>last_hidden_state</c> (77, E).</summary>
public delegate void TextEncoder(ReadOnlySpan<long> inputIds, Span<float> embedding, Span<float> states, string? adapter = null);

/// <summary>The first half of a model: prompt to image embedding.</summary>
public sealed record EncoderNetworks
{
    /// <summary>Text to ids.</summary>
    public required ClipTokenizer Tokenizer { get; init; }

    /// <summary>Ids to text states.</summary>
    public required TextEncoder TextEncoder { get; init; }

    /// <summary>D: floats of a text or image embedding.</summary>
    public required int EmbeddingLength { get; init; }

    /// <summary>77 E: floats of a prompt's text states.</summary>
    public required int StatesLength { get; init; }

    /// <summary>The diffusion prior.</summary>
    public required IDenoiser Prior { get; init; }

    /// <summary>Its scheduler.</summary>
    public required SchedulerConfig PriorScheduler { get; init; }

    /// <summary>Candidates that the prior samples at a time.</summary>
    public required int PriorSlots { get; init; }

    /// <summary>Mean of CLIP's image embeddings, (D): the prior works on normalised ones.</summary>
    public required float[] ClipMean { get; init; }

    /// <summary>Their standard deviation, (D).</summary>
    public required float[] ClipStd { get; init; }

    /// <summary>Pictures to image embeddings; null where the model has no image encoder or it was not loaded.</summary>
    public ImageEncoderNetwork? ImageEncoder { get; init; }

    /// <summary>Names of the LoRA adapters that requests may ask for.</summary>
    public IReadOnlyList<string> Adapters { get; init; } = [];

    /// <summary>Cells along a side where the image embedding is a map of the picture, row by row; 0 where it is not.</summary>
    public int Grid { get; init; }

    internal Canvas CanvasFor(ImageSize? size) => Canvas.For(Grid > 0 ? size : null, Grid);

    /// <summary>D as planes that <see cref="Canvas"/> can scale: the numbers of a cell lie side by side.</summary>
    internal ImageShape EmbeddingShape => Grid > 0 ? new(1, Grid, EmbeddingLength / Grid) : new(1, 1, EmbeddingLength);

    internal int LengthOn(Canvas canvas) => canvas.IsSquare ? EmbeddingLength : canvas.Scale(EmbeddingShape).Length;
}
