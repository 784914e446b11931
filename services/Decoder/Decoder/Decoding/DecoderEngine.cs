using Limner.Decoder.Telemetry;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;
using Limner.Imaging;
using Limner.Inference;
using Limner.ServiceDefaults.Workers;
using Microsoft.Extensions.Options;

namespace Limner.Decoder.Decoding;

/// <summary>The decoder half of the model on a thread of its own: candidates join and leave at any step.</summary>
internal sealed class DecoderEngine : IDisposable
{
    private readonly UnclipModel _model;
    private readonly EngineThread<DecodeRequest, DecodedImage, RgbImage?> _thread;

    /// <summary>Loads the model.</summary>
    /// <exception cref="ModelFolderException">The folder cannot be used.</exception>
    /// <exception cref="ExecutionProviderException">The execution provider cannot be had.</exception>
    public DecoderEngine(IOptions<ModelOptions> model, IOptions<ExecutionOptions> execution, IOptions<DecoderOptions> options, DecoderMetrics metrics, TimeProvider time, EngineFailure failure)
    {
        (string folder, DecoderOptions slots) = (model.Value.Find(AppContext.BaseDirectory), options.Value);
        _model = ModelFolder.Load(
            folder, execution.Value, ModelParts.Decoder, new() { Decoder = slots.Slots, SuperResolution = slots.SuperResolutionSlots });
        DecoderNetworks networks = MeasuredDenoiser.In(_model.Decoder!, metrics, time);
        UnclipDecoder Start() => new(networks, new SeededNoiseSource(), time, new(time));
        _thread = new("decoder", new(Start, ended => ended.Request, Take), time, failure.EndProcess);
        metrics.Watch(() => _thread.Occupied);
    }

    public string Name => _model.Name;

    public string Version => _model.Version;

    public UnclipDefaults Defaults => _model.Defaults;

    public IReadOnlyList<string> Adapters => _model.Decoder!.Adapters;

    public string Description => $"{Name} {Version}, {_model.Execution}";

    public bool IsRunning => _thread.Failure is null;

    public int CountSteps(DecodeRequest request) => _model.Decoder!.CountSteps(request);

    public bool Fits(Conditioning conditioning, ImageSize? size) => _model.Decoder!.Fits(conditioning, size);

    /// <summary>The image, or null if the candidate was cancelled or expired, and how long it took.</summary>
    /// <exception cref="RefusedRequestException">The model cannot do it.</exception>
    public async Task<(RgbImage? Image, TimeSpan Elapsed)> DecodeAsync(DecodeRequest request, CancellationToken cancellation)
    {
        EngineResult<RgbImage?> result = await _thread.RunAsync(request, cancellation);
        return (result.Value, result.Elapsed);
    }

    internal static RgbImage ToImage(Picture picture)
    {
        var image = new RgbImage(picture.Shape.Width, picture.Shape.Height);
        picture.CopyRgb(image.Pixels);
        return image;
    }

    public void Dispose()
    {
        _thread.Dispose();
        _model.Dispose();
    }

    // On the engine's thread: the picture's memory is the next candidate's.
    private static RgbImage? Take(DecodedImage ended) => ended.Refusal is { } refusal ? throw refusal : ended.Picture is { } picture ? ToImage(picture) : null;
}
