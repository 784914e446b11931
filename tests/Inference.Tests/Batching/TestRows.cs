using Limner.Diffusion.Noise;
using Limner.Diffusion.Sampling;

namespace Limner.Inference.Tests.Batching;

/// <summary>Networks by name, and rows of noise to feed them.</summary>
internal static class TestRows
{
    public static IDenoiser Network(UnclipModel model, string name) => name switch
    {
        "prior" => model.Encoder!.Prior,
        "decoder" => model.Decoder!.Decoder,
        "super_res_first" => model.Decoder!.SuperResolution[0].First,
        "super_res_last" => model.Decoder!.SuperResolution[0].Last!,
        "super_res_second" => model.Decoder!.SuperResolution[1].First,
        _ => throw new ArgumentException($"no network {name}"),
    };

    /// <summary>Conditioning number <paramref name="seed"/> of a network.</summary>
    public static RowConditioning Conditioning(UnclipModel model, string name, int seed)
    {
        (Diffusion.Unclip.EncoderNetworks encoder, Diffusion.Unclip.DecoderNetworks decoder) = (model.Encoder!, model.Decoder!);
        // Short and long texts side by side, up to all places: a network may compute no more text than its longest row has.
        bool[] Mask(int length) => [.. Enumerable.Range(0, length).Select(i => i < 2 + seed * 29 % (length - 1))];
        return name switch
        {
            "prior" => new()
            {
                Embedding = Noise(encoder.EmbeddingLength, seed, 1),
                TextStates = Noise(encoder.StatesLength, seed, 2),
                TextMask = Mask(encoder.Tokenizer.MaxLength),
            },
            "decoder" => new()
            {
                Embedding = Noise(decoder.TimeEmbeddingLength, seed, 1),
                TextStates = Noise(decoder.ContextLength * decoder.StateLength, seed, 2),
                TextMask = Mask(decoder.ContextLength),
            },
            _ => new() { Channels = Noise(Network(model, name).SampleLength, seed, 1) },
        };
    }

    public static float[] Noise(int length, int seed, int part)
    {
        float[] values = new float[length];
        SeededNoise.FillGaussian(new NoiseKey((ulong)seed, part, Stage.Prior, 0), values);
        return values;
    }
}
