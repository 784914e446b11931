using Limner.Inference.Networks;
using static Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace Limner.Inference.Folders;

/// <summary>The text projection of a decoder that reads text beside the image embedding, as Karlo's does.</summary>
internal sealed class TextProjectionFiles
{
    // Sizes that buffers are made of: each has to be static in one tensor at least.
    private static readonly string[] Sizes = ["D", "L", "E", "S", "C", "K", "c"];

    private readonly ComponentFiles _files;
    private readonly OnnxGraph? _guided;
    private readonly OnnxGraph? _unguided;

    public TextProjectionFiles(ComponentFiles files, OnnxGraph? decoder)
    {
        _files = files;
        (FolderReader folder, Dimensions dimensions) = (files.Folder, files.Dimensions);
        decoder?.Input("encoder_hidden_states", Float, "batch,S,C", dimensions, folder);
        decoder?.Input("class_labels", Float, "batch,K", dimensions, folder);
        decoder?.Input("attention_mask", Bool, "batch,S", dimensions, folder);
        _guided = files.Open("text_proj/model.onnx", "the text projection with guidance");
        Check(_guided);
        _unguided = folder.Has("text_proj/model_no_cfg.onnx")
            ? files.Open("text_proj/model_no_cfg.onnx", "the text projection without guidance")
            : null;
        Check(_unguided);
    }

    /// <summary>Requires that the graphs say all sizes; after the decoder and its autoencoder were read.</summary>
    public void CheckSizes(OnnxGraph decoder)
    {
        Dimensions dimensions = _files.Dimensions;
        if (_guided is null)
        {
            return;
        }

        if (Sizes.FirstOrDefault(name => dimensions[name] == 0) is { } open)
        {
            _files.Folder.Report(decoder.File, $"and {_guided.File} leave the size {open} open in all their tensors; expected it static in one");
        }
        else if (dimensions["S"] < dimensions["L"])
        {
            _files.Folder.Report(decoder.File, $"attends to {dimensions["S"]} states; expected the prompt's {dimensions["L"]} and those of the image embedding");
        }
    }

    public DecoderConditioning Build()
    {
        Dimensions dimensions = _files.Dimensions;
        (int states, int state, int time) = (dimensions["S"], dimensions["C"], dimensions["K"]);
        var projection = new OrtTextProjection(
            _guided!.Session, _unguided?.Session, _files.Execution.CopiesInputs, new(dimensions["D"], dimensions["L"], dimensions["E"], states, state, time));
        _files.Networks.Add(projection);
        return new(projection.Project, "class_labels", time, (states, state));
    }

    private void Check(OnnxGraph? graph)
    {
        (FolderReader folder, Dimensions dimensions) = (_files.Folder, _files.Dimensions);
        graph?.Input("image_embeddings", Float, "batch,D", dimensions, folder);
        graph?.Input("prompt_embeds", Float, "batch,D", dimensions, folder);
        graph?.Input("text_encoder_hidden_states", Float, "batch,L,E", dimensions, folder);
        graph?.Output("encoder_hidden_states", Float, "batch,S,C", dimensions, folder);
        graph?.Output("additive_clip_time_embeddings", Float, "batch,K", dimensions, folder);
    }
}
