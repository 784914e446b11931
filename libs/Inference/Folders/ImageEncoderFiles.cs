using Limner.Diffusion.Unclip;
using static Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace Limner.Inference.Folders;

/// <summary>The image encoder, which a folder may lack.</summary>
internal sealed class ImageEncoderFiles
{
    private readonly ComponentFiles _files;
    private readonly OnnxGraph? _graph;
    private readonly ImageShape _image;

    public ImageEncoderFiles(ComponentFiles files)
    {
        _files = files;
        if (!files.Folder.HasFolder("image_encoder"))
        {
            return;
        }

        _graph = files.Open("image_encoder/model.onnx", "the CLIP image encoder");
        _graph?.Input("pixel_values", Float, "batch,3,image height,image width", files.Dimensions, files.Folder);
        _graph?.Output("image_embeds", Float, "batch,D", files.Dimensions, files.Folder);
        if (_graph is not null)
        {
            _image = files.Shape(_graph, 3, "image height", "image width", "image_encoder/config.json");
        }
    }

    public ImageEncoder? Build()
    {
        if (_graph is null)
        {
            return null;
        }

        var encoder = new ImageEncoder(_graph.Session, _files.Execution.CopiesInputs, _image, _files.Dimensions["D"]);
        _files.Networks.Add(encoder);
        return encoder;
    }
}
