using Limner.Diffusion.Schedulers;
using Limner.Diffusion.Tokenization;
using Limner.Diffusion.Unclip;
using Limner.Inference.Networks;
using Microsoft.ML.OnnxRuntime.Tensors;
using static Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace Limner.Inference.Folders;

/// <summary>Tokenizer, text encoder and prior.</summary>
internal sealed class EncoderFiles
{
    private readonly ComponentFiles _files;
    private readonly ClipTokenizer? _tokenizer;
    private readonly OnnxGraph? _textEncoder;
    private readonly OnnxGraph? _prior;
    private readonly SchedulerConfig? _scheduler;
    private readonly bool _timestepPerRow;
    private readonly int _grid;
    private readonly float[]? _mean;
    private readonly float[]? _std;

    public EncoderFiles(ComponentFiles files)
    {
        _files = files;
        (FolderReader folder, Dimensions dimensions) = (files.Folder, files.Dimensions);
        _tokenizer = folder.Try("tokenizer/", () => ClipTokenizer.Load(folder.PathOf("tokenizer")));
        if (_tokenizer is not null)
        {
            dimensions.Set("L", _tokenizer.MaxLength, "the tokenizer's model_max_length");
        }

        _textEncoder = files.Open("text_encoder/model.onnx", "the CLIP text encoder");
        _textEncoder?.Input("input_ids", TensorElementType.Int64, "batch,L", dimensions, folder);
        _textEncoder?.Output("text_embeds", Float, "batch,D", dimensions, folder);
        _textEncoder?.Output("last_hidden_state", Float, "batch,L,E", dimensions, folder);

        _prior = files.Open("prior/model.onnx", "the diffusion prior");
        _prior?.Input("hidden_states", Float, "batch,D", dimensions, folder);
        _prior?.Input("proj_embedding", Float, "batch,D", dimensions, folder);
        _prior?.Input("encoder_hidden_states", Float, "batch,L,E", dimensions, folder);
        _prior?.Input("attention_mask", Bool, "batch,L", dimensions, folder);
        _prior?.Output("predicted_image_embedding", Float, "batch,D", dimensions, folder);
        _timestepPerRow = _prior?.TimestepPerRow(folder) ?? false;

        files.Adapters.Check("text_encoder", _textEncoder);
        files.Adapters.Check("prior", _prior);
        _scheduler = files.Scheduler("prior");
        _grid = files.Grid();
        _mean = files.Vector("prior/clip_mean.npy", "D");
        _std = files.Vector("prior/clip_std.npy", "D");
        if (_textEncoder is not null && (dimensions["D"] == 0 || dimensions["E"] == 0))
        {
            folder.Report(_textEncoder.File, "leaves the size of its outputs open; expected text_embeds[batch,D] and last_hidden_state[batch,77,E]");
        }
    }

    public EncoderNetworks Build(int slots, ImageEncoder? imageEncoder)
    {
        (Dimensions dimensions, bool copies) = (_files.Dimensions, _files.Execution.CopiesInputs);
        (int context, int embedding, int state) = (_tokenizer!.MaxLength, dimensions["D"], dimensions["E"]);
        var textEncoder = new OrtTextEncoder(_textEncoder!.Session, copies, context, embedding, state, _files.Adapters.Of("text_encoder"));
        _files.Networks.Add(textEncoder);
        var prior = new OrtDenoiser(_prior!.Session, copies, 2 * slots, new DenoiserLayout
        {
            SampleInput = "hidden_states",
            SampleShape = [embedding],
            SampleLength = embedding,
            Output = "predicted_image_embedding",
            OutputShape = [embedding],
            OutputLength = embedding,
            TimestepPerRow = _timestepPerRow,
            EmbeddingInput = "proj_embedding",
            EmbeddingLength = embedding,
            States = (context, state),
        }, _files.Adapters.Of("prior"));
        _files.Networks.Add(prior);
        return new EncoderNetworks
        {
            Tokenizer = _tokenizer,
            TextEncoder = textEncoder.Encode,
            EmbeddingLength = embedding,
            StatesLength = context * state,
            Prior = prior,
            PriorScheduler = _scheduler!,
            PriorSlots = slots,
            ClipMean = _mean!,
            ClipStd = _std!,
            Grid = _grid,
            Adapters = _files.Adapters.Names,
            ImageEncoder = imageEncoder is null ? null : new(imageEncoder.Encode, imageEncoder.Image),
        };
    }
}
