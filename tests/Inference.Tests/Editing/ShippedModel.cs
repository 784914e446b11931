using Limner.Diffusion.Editing;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;

namespace Limner.Inference.Tests.Editing;

/// <summary>The model that is the default, loaded once for a test class: what editing does shows only where a model knows something.</summary>
public sealed class ShippedModel : IDisposable
{
    /// <summary>Loads it.</summary>
    public ShippedModel()
    {
        Model = ModelFolder.Load(TestModel.Default, TestModel.Cpu);
        Pipeline = new(Model.Encoder!, Model.Decoder!, Model.Defaults, new SeededNoiseSource(), TimeProvider.System);
    }

    /// <summary>The model.</summary>
    public UnclipModel Model { get; }

    /// <summary>Its pipeline.</summary>
    public UnclipPipeline Pipeline { get; }

    /// <summary>A prompt at the base stage's size, which is enough to see what it shows.</summary>
    public static UnclipRequest Small(string prompt, ulong seed) => new() { Prompt = prompt, Seed = seed, PriorSteps = 12, DecoderSteps = 10, SuperResSteps = 2, Size = 64 };

    /// <summary>Generates and keeps the pictures, in order.</summary>
    public SourceImage[] Generate(UnclipRequest request)
    {
        var pictures = new SortedDictionary<int, SourceImage>();
        Pipeline.Generate(request, (candidate, picture) => pictures.Add(candidate, Keep(picture)), cancellation: TestContext.Current.CancellationToken);
        return [.. pictures.Values];
    }

    /// <summary>A copy of a picture whose memory is reused.</summary>
    public static SourceImage Keep(Picture picture)
    {
        byte[] rgb = new byte[picture.Shape.Length];
        picture.CopyRgb(rgb);
        return new(picture.Shape.Width, picture.Shape.Height, rgb);
    }

    /// <summary>What the image encoder sees in a picture.</summary>
    public float[] Embed(SourceImage image)
    {
        ImageEncoder encoder = Model.ImageEncoder!;
        (float[] pixels, float[] embedding) = (new float[encoder.Image.Length], new float[encoder.EmbeddingLength]);
        image.Cover(encoder.Image, pixels);
        encoder.Encode(pixels, embedding);
        return embedding;
    }

    /// <summary>Cosine of two embeddings: 1 for the same.</summary>
    public static double Similarity(float[] a, float[] b) =>
        a.Zip(b, (x, y) => (double)x * y).Sum() / Math.Sqrt(a.Sum(x => (double)x * x) * b.Sum(y => (double)y * y));

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();
}
