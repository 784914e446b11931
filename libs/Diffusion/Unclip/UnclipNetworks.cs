using Limner.Diffusion.Sampling;
using Limner.Diffusion.Schedulers;
using Limner.Diffusion.Tokenization;

namespace Limner.Diffusion.Unclip;

/// <summary>The CLIP text encoder: <c>input_ids</c> (77) to <c>text_embeds</c> (D) and <c>last_hidden_state</c> (77, E).</summary>
public delegate void TextEncoder(ReadOnlySpan<long> inputIds, Span<float> embedding, Span<float> states);

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

/// <summary>The autoencoder's decoder: unscaled latents (C, h, w) to an image (3, H, W) in [-1, 1].</summary>
public delegate void LatentDecoder(ReadOnlySpan<float> latents, Span<float> image);

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
}

/// <summary>The second half of a model: image embedding and text to image.</summary>
public sealed record DecoderNetworks
{
    /// <summary>Image embedding and text to what the decoder is conditioned on.</summary>
    public required TextProjection TextProjection { get; init; }

    /// <summary>S: states that the decoder attends to, the prompt's and the extra ones before them.</summary>
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

    /// <summary>Candidates under way at a time.</summary>
    public required int Slots { get; init; }

    /// <summary>Latents to pixels; null where the decoder makes pixels.</summary>
    public AutoencoderNetworks? Autoencoder { get; init; }

    /// <summary>Super-resolution stages in order; may be empty.</summary>
    public required IReadOnlyList<SuperResolutionNetworks> SuperResolution { get; init; }
}

/// <summary>The autoencoder of a latent decoder.</summary>
/// <param name="Decode">The network.</param>
/// <param name="ScalingFactor">The diffusion works on latents times this (diffusers' <c>scaling_factor</c>).</param>
/// <param name="Image">Shape of the image it makes.</param>
public sealed record AutoencoderNetworks(LatentDecoder Decode, float ScalingFactor, ImageShape Image);

/// <summary>One super-resolution stage.</summary>
/// <param name="First">The network of every step, or of all but the last.</param>
/// <param name="Last">Karlo's <c>super_res_last</c>, which does the last step; null where <paramref name="First"/> does it.</param>
/// <param name="Scheduler">The scheduler of both.</param>
/// <param name="Image">Shape of the image it makes.</param>
/// <param name="Slots">Images at a time.</param>
public sealed record SuperResolutionNetworks(IDenoiser First, IDenoiser? Last, SchedulerConfig Scheduler, ImageShape Image, int Slots);
