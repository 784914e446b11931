using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;
using Limner.Imaging;
using Limner.Inference;

namespace Limner.Verdicts;

/// <summary>The engine, as the Decoder has it.</summary>
internal sealed class Painter : IDisposable
{
    private readonly UnclipModel _model;
    private readonly UnclipPipeline _pipeline;
    private readonly int? _size;
    private ulong _seed;

    public Painter(VerdictOptions options)
    {
        _size = options.Size;
        _model = ModelFolder.Load(options.Model, new ExecutionOptions());
        _pipeline = new(_model.Encoder!, _model.Decoder!, _model.Defaults, new SeededNoiseSource(), TimeProvider.System);
    }

    /// <summary>The pictures of a prompt, each with a name of its own.</summary>
    public IReadOnlyList<(string Name, RgbImage Image)> Draw(string prompt)
    {
        var images = new List<(string Name, RgbImage Image)>();
        var request = new UnclipRequest { Prompt = prompt, Candidates = VerdictOptions.EachPrompt, Seed = ++_seed, Size = _size };
        _pipeline.Generate(request, (candidate, picture) =>
        {
            var image = new RgbImage(picture.Shape.Width, picture.Shape.Height);
            picture.CopyRgb(image.Pixels);
            images.Add(($"{_seed:0000}-{candidate + 1}.png", image));
        });
        return images;
    }

    public void Dispose() => _model.Dispose();
}
