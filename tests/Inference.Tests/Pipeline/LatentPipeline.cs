using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;

namespace Limner.Inference.Tests.Pipeline;

/// <summary>The latent fixture's pipeline, loaded once for a test class.</summary>
public sealed class LatentPipeline : IDisposable
{
    /// <summary>Loads it with two slots, so that more candidates have to wait.</summary>
    public LatentPipeline()
    {
        Model = ModelFolder.Load(TestModel.Latent, TestModel.Cpu, slots: new() { Prior = 2, Decoder = 2 });
        Pipeline = new(Model.Encoder!, Model.Decoder!, Model.Defaults, new SeededNoiseSource(), TimeProvider.System);
    }

    /// <summary>The model.</summary>
    public UnclipModel Model { get; }

    /// <summary>Its pipeline.</summary>
    public UnclipPipeline Pipeline { get; }

    /// <summary>Generates and copies the pictures.</summary>
    public SortedDictionary<int, float[]> Generate(UnclipRequest request, IProgress<UnclipProgress>? progress = null)
    {
        var pictures = new SortedDictionary<int, float[]>();
        Pipeline.Generate(
            request, (candidate, picture) => pictures.Add(candidate, picture.Pixels.ToArray()), progress, TestContext.Current.CancellationToken);
        return pictures;
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();
}
