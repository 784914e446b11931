using Limner.Diffusion.Sampling;
using Limner.Diffusion.Schedulers;

namespace Limner.Diffusion.Unclip;

/// <summary>
/// The text projection for one candidate. Without <paramref name="unconditional"/> it writes one row, with it two, unconditional
/// first; the unconditional row's image embedding is the learned one inside the model.
/// </summary>
/// <param name="imageEmbedding">(D)</param>
/// <param name="prompt">The prompt.</param>
/// <param name="unconditional">The negative or empty prompt.</param>
/// <param name="states"><c>encoder_hidden_states</c> (rows, S, C)</param>
/// <param name="timeEmbedding"><c>additive_clip_time_embeddings</c> (rows, K)</param>
public delegate void TextProjection(
    ReadOnlySpan<float> imageEmbedding, TextEncoding prompt, TextEncoding? unconditional, Span<float> states, Span<float> timeEmbedding);

/// <summary>The second half of a model: image embedding and text to image.</summary>
public sealed record DecoderNetworks
{
    /// <summary>Image embedding and text to what the decoder is conditioned on.</summary>
    public required TextProjection TextProjection { get; init; }

    /// <summary>D: floats of a text or image embedding.</summary>
    public required int EmbeddingLength { get; init; }

    /// <summary>L: text states of a prompt.</summary>
    public required int PromptLength { get; init; }

    /// <summary>L E: floats of a prompt's text states.</summary>
    public required int PromptStatesLength { get; init; }

    /// <summary>S: states that the decoder attends to, the prompt's and the extra ones before them; 0 where it knows the image embedding alone.</summary>
    public required int ContextLength { get; init; }

    /// <summary>C: floats of one such state.</summary>
    public required int StateLength { get; init; }

    /// <summary>K: floats of the additive time embedding.</summary>
    public required int TimeEmbeddingLength { get; init; }

    /// <summary>The decoder's UNet, over pixels or latents.</summary>
    public required IDenoiser Decoder { get; init; }

    /// <summary>Shape of its sample.</summary>
    public required ImageShape DecoderShape { get; init; }

    /// <summary>Its scheduler.</summary>
    public required SchedulerConfig DecoderScheduler { get; init; }

    /// <summary>Whether its input has, behind x_t, the known latents and one plane of how much of each is known.</summary>
    public bool ConditionedOnKnown { get; init; }

    /// <summary>Cells along a side where the image embedding is a map of the picture; 0 where it is not.</summary>
    public int Grid { get; init; }

    /// <inheritdoc cref="EncoderNetworks.Adapters"/>
    public IReadOnlyList<string> Adapters { get; init; } = [];

    /// <summary>Candidates under way at a time.</summary>
    public required int Slots { get; init; }

    /// <summary>Latents to pixels; null where the decoder makes pixels.</summary>
    public AutoencoderNetworks? Autoencoder { get; init; }

    /// <summary>Super-resolution stages in order; may be empty.</summary>
    public required IReadOnlyList<SuperResolutionNetworks> SuperResolution { get; init; }

    /// <summary>Shape of the first image: the autoencoder's, or the decoder's own.</summary>
    public ImageShape BaseImage => Autoencoder?.Image ?? DecoderShape;

    /// <summary>Rows and columns of the largest image that the model makes.</summary>
    public int LargestSize => SuperResolution.Count > 0 ? SuperResolution[^1].Image.Height : BaseImage.Height;

    /// <summary>The longest side of an image that is asked for: the last super-resolution stage may do its work once more, in tiles.</summary>
    public int LongestSide => SuperResolution.Count > 0 ? 2 * LargestSize : LargestSize;

    /// <summary>Denoising steps of all stages that a request goes through.</summary>
    public int CountSteps(DecodeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ImageSize target = TargetOf(request);
        (int steps, ImageShape shape) = request.Upscale is { } given
            ? (0, new ImageShape(3, given.Height, given.Width))
            : (request.DecoderSteps, CanvasFor(target).Scale(BaseImage));
        while (SuperResolution.Count > 0 && !Enlarged.Covers(shape, target))
        {
            int stage = Enlarged.StageFor(shape, SuperResolution);
            steps += stage == 0 ? request.SuperResSteps : request.SuperResSecondSteps;
            shape = Enlarged.Shape(shape, SuperResolution[stage].Image, target);
        }

        return steps;
    }

    /// <summary>Whether conditioning from elsewhere has this model's sizes, for an image of that size; what has others was made by another model.</summary>
    public bool Fits(Conditioning conditioning, ImageSize? size = null)
    {
        ArgumentNullException.ThrowIfNull(conditioning);
        Canvas cells = Grid > 0 ? CanvasFor(size) : default;
        int length = Grid > 0 ? EmbeddingLength / (Grid * Grid) * cells.Rows * cells.Columns : EmbeddingLength;
        return conditioning.ImageEmbedding.Length == length
            && (ContextLength == 0 || (Fits(conditioning.Prompt) && (conditioning.Unconditional is null || Fits(conditioning.Unconditional))));
    }

    internal Canvas CanvasFor(ImageSize? size) => Canvas.For(size, Grid);

    /// <summary>Columns and rows of the image that is asked for; a picture that is only enlarged becomes four times as large where nothing is said.</summary>
    internal ImageSize TargetOf(DecodeRequest request)
    {
        if (request.Size is { } size)
        {
            return size;
        }

        if (request.Upscale is not { } given)
        {
            return LargestSize;
        }

        double scale = Math.Min(4, (double)LongestSide / Math.Max(given.Width, given.Height));
        return new((int)Math.Round(given.Width * scale), (int)Math.Round(given.Height * scale));
    }

    private bool Fits(TextEncoding text) =>
        text.Embedding.Length == EmbeddingLength && text.States.Length == PromptStatesLength && text.Mask.Length == PromptLength;
}
