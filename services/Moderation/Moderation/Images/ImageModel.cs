using Limner.Imaging;
using Limner.Inference;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Limner.Moderation.Images;

/// <summary>The model's image encoder with its concepts, and the judge of pictures that both make.</summary>
internal sealed partial class ImageModel(
    IOptions<ImageModerationOptions> options, IOptions<ModelOptions> folder, IOptions<ExecutionOptions> execution, ILogger<ImageModel> log) : IDisposable
{
    private readonly Lock _gate = new();
    private UnclipModel? _model;
    private ConceptChecker? _checker;
    private EncoderInput? _input;
    private float[] _embedding = [];

    /// <summary>Whether pictures can be judged.</summary>
    public bool IsReady => options.Value.Unchecked || _checker is not null;

    /// <summary>Pixels that a side of a picture has to have for its judgement; more of them hardly change what the image encoder sees.</summary>
    public int LeastSide => _input?.LeastSide ?? int.MaxValue;

    /// <exception cref="InvalidDataException">The model has no image encoder or no usable concepts, and it was not said to do without.</exception>
    /// <exception cref="ModelFolderException">The model cannot be loaded.</exception>
    public void Load()
    {
        if (options.Value.Unchecked)
        {
            SayUnchecked();
            return;
        }

        string path = folder.Value.Find(AppContext.BaseDirectory);
        _model = ModelFolder.Load(path, execution.Value, ModelParts.ImageEncoder);
        ImageEncoder encoder = _model.ImageEncoder
            ?? throw new InvalidDataException($"Model folder {path} has no image_encoder, so images cannot be judged; expected one, or Moderation:Images:Unchecked=true to approve every image.");
        _input = new EncoderInput(encoder.Image);
        _embedding = new float[encoder.EmbeddingLength];
        _checker = new ConceptChecker(ConceptFile.Read(ConceptFile.PathIn(path), encoder.EmbeddingLength));
        SayModel(_model.Name, _model.Version, _model.Execution, options.Value.AtOnce);
    }

    /// <summary>The concept that refuses a picture; null if it may be shown.</summary>
    public Finding? Judge(RgbImage image)
    {
        if (options.Value.Unchecked)
        {
            return null;
        }

        if (_model?.ImageEncoder is not { } encoder || _checker is null || _input is null)
        {
            throw new InvalidOperationException("The image encoder is not loaded.");
        }

        lock (_gate) // the encoder runs one image at a time, and the buffers belong to it
        {
            foreach (PicturePart part in PicturePart.Of(image.Width, image.Height))
            {
                encoder.Encode(_input.Of(image, part), _embedding);
                if (_checker.Find(_embedding, part) is { } concept)
                {
                    return new Finding(concept, _checker.Version);
                }
            }

            return null;
        }
    }

    public void Dispose() => _model?.Dispose();

    [LoggerMessage(LogLevel.Information, "Images are judged by {Name} {Version}, {Execution}, {AtOnce} at once")]
    private partial void SayModel(string name, string version, string execution, int atOnce);

    [LoggerMessage(LogLevel.Warning, "Moderation:Images:Unchecked is set: every image is approved without being looked at.")]
    private partial void SayUnchecked();
}

/// <summary>What was found in a picture, and by which version of the concepts.</summary>
internal sealed record Finding(Concept Concept, string Version);
