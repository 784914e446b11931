using Limner.Diffusion.Schedulers;
using Limner.Diffusion.Unclip;
using Limner.Inference.Networks;
using static Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace Limner.Inference.Folders;

/// <summary>Text projection, decoder, autoencoder and super-resolution.</summary>
internal sealed class DecoderFiles
{
    // Sizes that buffers are made of: each has to be static in one tensor at least.
    private static readonly string[] Sizes = ["D", "L", "E", "S", "C", "K", "c"];

    private readonly ComponentFiles _files;
    private readonly OnnxGraph? _projection;
    private readonly OnnxGraph? _unguidedProjection;
    private readonly OnnxGraph? _decoder;
    private readonly SchedulerConfig? _scheduler;
    private readonly bool _timestepPerRow;
    private readonly int _grid;
    private readonly ImageShape _shape;
    private readonly AutoencoderFiles? _autoencoder;
    private readonly List<SuperResolutionFiles> _superResolution = [];

    public DecoderFiles(ComponentFiles files)
    {
        _files = files;
        var (folder, dimensions) = (files.Folder, files.Dimensions);
        _decoder = files.Open("decoder/model.onnx", "the decoder's UNet");
        _decoder?.Input("sample", Float, "batch,c,h,w", dimensions, folder);
        _decoder?.Input("encoder_hidden_states", Float, "batch,S,C", dimensions, folder);
        _decoder?.Input("class_labels", Float, "batch,K", dimensions, folder);
        _decoder?.Input("attention_mask", Bool, "batch,S", dimensions, folder);
        _decoder?.Output("out_sample", Float, "batch,o,h,w", dimensions, folder);
        _timestepPerRow = _decoder?.TimestepPerRow(folder) ?? false;
        _scheduler = files.Scheduler("decoder");

        _projection = files.Open("text_proj/model.onnx", "the text projection with guidance");
        CheckProjection(_projection);
        _unguidedProjection = folder.Has("text_proj/model_no_cfg.onnx")
            ? files.Open("text_proj/model_no_cfg.onnx", "the text projection without guidance")
            : null;
        CheckProjection(_unguidedProjection);
        if (_projection is not null && _decoder is not null)
            CheckSizes(_projection, _decoder);

        if (_decoder is not null)
        {
            _shape = files.Shape(_decoder, dimensions["c"], "h", "w", "decoder/config.json");
            files.CheckOutputChannels(_decoder, _scheduler, _shape.Channels, "o");
        }

        _grid = files.Grid();
        if (folder.HasFolder("autoencoder"))
            _autoencoder = new(files, _shape);
        else if (_decoder is not null && _shape.Channels != 3)
            folder.Report(_decoder.File, $"makes {_shape.Channels} channels and there is no autoencoder/; expected 3, or autoencoder/decoder.onnx");

        _superResolution.Add(new(files, "super_res", "super_res_first", "super_res_last"));
        if (folder.HasFolder("super_res_second"))
            _superResolution.Add(new(files, "super_res_second", "super_res_second", null));
    }

    public DecoderNetworks Build(ExecutionOptions options)
    {
        var (dimensions, copies) = (_files.Dimensions, _files.Execution.CopiesInputs);
        var (states, state, time) = (dimensions["S"], dimensions["C"], dimensions["K"]);
        var projection = new OrtTextProjection(
            _projection!.Session, _unguidedProjection?.Session, copies, new(dimensions["D"], dimensions["L"], dimensions["E"], states, state, time));
        _files.Networks.Add(projection);
        var outputChannels = dimensions["o"] > 0 ? dimensions["o"] : ComponentFiles.OutputChannels(_scheduler!, _shape.Channels);
        var decoder = new OrtDenoiser(_decoder!.Session, copies, 2 * options.DecoderSlots, new DenoiserLayout
        {
            SampleInput = "sample",
            SampleShape = [_shape.Channels, _shape.Height, _shape.Width],
            SampleLength = _shape.Length,
            Output = "out_sample",
            OutputShape = [outputChannels, _shape.Height, _shape.Width],
            TimestepPerRow = _timestepPerRow,
            EmbeddingInput = "class_labels",
            EmbeddingLength = time,
            States = (states, state),
        });
        _files.Networks.Add(decoder);
        return new DecoderNetworks
        {
            TextProjection = projection.Project,
            EmbeddingLength = dimensions["D"],
            PromptLength = dimensions["L"],
            PromptStatesLength = dimensions["L"] * dimensions["E"],
            ContextLength = states,
            StateLength = state,
            TimeEmbeddingLength = time,
            Decoder = decoder,
            DecoderShape = _shape,
            DecoderScheduler = _scheduler!,
            Grid = _grid,
            Slots = options.DecoderSlots,
            Autoencoder = _autoencoder?.Build(),
            SuperResolution = [.. _superResolution.Select(stage => stage.Build(options))],
        };
    }

    private void CheckSizes(OnnxGraph projection, OnnxGraph decoder)
    {
        var dimensions = _files.Dimensions;
        if (Sizes.FirstOrDefault(name => dimensions[name] == 0) is { } open)
            _files.Folder.Report(decoder.File, $"and {projection.File} leave the size {open} open in all their tensors; expected it static in one");
        else if (dimensions["S"] < dimensions["L"])
            _files.Folder.Report(decoder.File, $"attends to {dimensions["S"]} states; expected the prompt's {dimensions["L"]} and those of the image embedding");
    }

    private void CheckProjection(OnnxGraph? graph)
    {
        var (folder, dimensions) = (_files.Folder, _files.Dimensions);
        graph?.Input("image_embeddings", Float, "batch,D", dimensions, folder);
        graph?.Input("prompt_embeds", Float, "batch,D", dimensions, folder);
        graph?.Input("text_encoder_hidden_states", Float, "batch,L,E", dimensions, folder);
        graph?.Output("encoder_hidden_states", Float, "batch,S,C", dimensions, folder);
        graph?.Output("additive_clip_time_embeddings", Float, "batch,K", dimensions, folder);
    }
}
