using Limner.Diffusion.Unclip;
using Limner.Inference.Networks;
using static Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace Limner.Inference.Folders;

/// <summary>The autoencoder of a latent decoder.</summary>
internal sealed class AutoencoderFiles
{
    private const string Config = "autoencoder/config.json";

    private readonly ComponentFiles _files;
    private readonly OnnxGraph? _decoder;
    private readonly OnnxGraph? _encoder;
    private readonly ImageShape _image;
    private readonly float _scalingFactor;

    public AutoencoderFiles(ComponentFiles files)
    {
        _files = files;
        _decoder = files.Open("autoencoder/decoder.onnx", "the autoencoder's decoder");
        _decoder?.Input("latents", Float, "batch,c,h,w", files.Dimensions, files.Folder);
        _decoder?.Output("image", Float, "batch,3,H0,W0", files.Dimensions, files.Folder);
        if (files.Folder.Has("autoencoder/encoder.onnx"))
        {
            _encoder = files.Open("autoencoder/encoder.onnx", "the autoencoder's encoder");
        }

        _encoder?.Input("image", Float, "batch,3,H0,W0", files.Dimensions, files.Folder);
        _encoder?.Output("latents", Float, "batch,c,h,w", files.Dimensions, files.Folder);
        if (_decoder is not null)
        {
            _image = files.Shape(_decoder, 3, "H0", "W0", Config);
        }

        if (!files.Folder.Has(Config))
        {
            files.Folder.Report(Config, "is missing; expected the autoencoder's configuration with scaling_factor");
        }
        else if (files.Number(Config, "scaling_factor") is { } factor)
        {
            _scalingFactor = (float)factor;
        }
        else
        {
            files.Folder.Report(Config, "has no scaling_factor; expected the number that latents are multiplied by for diffusion");
        }
    }

    public AutoencoderNetworks Build(ImageShape latents)
    {
        bool copies = _files.Execution.CopiesInputs;
        var decoder = new OrtImageNetwork(_decoder!.Session, copies, ("latents", latents), ("image", _image));
        _files.Networks.Add(decoder);
        if (_encoder is null)
        {
            return new(decoder.Run, _scalingFactor, _image);
        }

        var encoder = new OrtImageNetwork(_encoder.Session, copies, ("image", _image), ("latents", latents));
        _files.Networks.Add(encoder);
        return new(decoder.Run, _scalingFactor, _image) { Encode = encoder.Run };
    }
}
