using Limner.Diffusion.Schedulers;
using Limner.Diffusion.Unclip;
using Limner.Inference.Networks;
using static Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace Limner.Inference.Folders;

/// <summary>The decoder with what conditions it, autoencoder and super-resolution.</summary>
internal sealed class DecoderFiles
{
    private readonly ComponentFiles _files;
    private readonly OnnxGraph? _decoder;
    private readonly TextProjectionFiles? _text;
    private readonly ImageConditioningFiles? _image;
    private readonly SchedulerConfig? _scheduler;
    private readonly bool _timestepPerRow;
    private readonly int _grid;
    private readonly ImageShape _shape;
    private readonly AutoencoderFiles? _autoencoder;
    private readonly List<SuperResolutionFiles> _superResolution = [];

    public DecoderFiles(ComponentFiles files)
    {
        _files = files;
        (FolderReader folder, Dimensions dimensions) = (files.Folder, files.Dimensions);
        _decoder = files.Open("decoder/model.onnx", "the decoder's UNet");
        _decoder?.Input("sample", Float, "batch,i,h,w", dimensions, folder);
        _decoder?.Output("out_sample", Float, "batch,o,h,w", dimensions, folder);
        _timestepPerRow = _decoder?.TimestepPerRow(folder) ?? false;
        files.Adapters.Check("decoder", _decoder);
        _scheduler = files.Scheduler("decoder");
        if (_decoder?.HasInput(ImageConditioningFiles.Input) == true)
        {
            _image = new(files, _decoder);
        }
        else
        {
            _text = new(files, _decoder);
        }

        _grid = files.Grid();
        if (folder.HasFolder("autoencoder"))
        {
            _autoencoder = new(files);
        }

        if (_decoder is not null)
        {
            // Of the two, the one that leaves its channels open has the other's.
            foreach ((string open, string known) in new[] { ("c", "i"), ("i", "c") })
            {
                if (dimensions[open] == 0 && dimensions[known] > 0)
                {
                    dimensions.Set(open, dimensions[known], $"{_decoder.File} sample");
                }
            }

            _text?.CheckSizes(_decoder);
            _shape = files.Shape(_decoder, dimensions["c"], "h", "w", "decoder/config.json");
            if (dimensions["c"] > 0)
            {
                CheckChannels(_decoder);
            }
            else if (_image is not null)
            {
                folder.Report(_decoder.File, "leaves its channels open, as the autoencoder does; expected them static in one");
            }
        }

        // Kandinsky's autoencoder makes the whole picture; a first picture of other models is small.
        if (_image is null || folder.HasFolder("super_res_first"))
        {
            _superResolution.Add(new(files, "super_res", "super_res_first", "super_res_last"));
        }

        if (folder.HasFolder("super_res_second"))
        {
            _superResolution.Add(new(files, "super_res_second", "super_res_second", null));
        }
    }

    private bool ConditionedOnKnown => _files.Dimensions["i"] > _shape.Channels;

    public DecoderNetworks Build(EngineSlots slots)
    {
        Dimensions dimensions = _files.Dimensions;
        DecoderConditioning conditioning = _image?.Build() ?? _text!.Build();
        (int plane, int outputChannels) = (_shape.Height * _shape.Width, ComponentFiles.OutputChannels(_scheduler!, _shape.Channels));
        var decoder = new OrtDenoiser(_decoder!.Session, _files.Execution.CopiesInputs, 2 * slots.Decoder, new DenoiserLayout
        {
            SampleInput = "sample",
            SampleShape = [dimensions["i"], _shape.Height, _shape.Width],
            SampleLength = _shape.Length,
            Output = "out_sample",
            OutputShape = [dimensions["o"] > 0 ? dimensions["o"] : outputChannels, _shape.Height, _shape.Width],
            OutputLength = outputChannels * plane,
            TimestepPerRow = _timestepPerRow,
            EmbeddingInput = conditioning.Input,
            EmbeddingLength = conditioning.Length,
            States = conditioning.States,
        }, _files.Adapters.Of("decoder"));
        _files.Networks.Add(decoder);
        return new DecoderNetworks
        {
            TextProjection = conditioning.Project,
            EmbeddingLength = dimensions["D"],
            PromptLength = dimensions["L"],
            PromptStatesLength = dimensions["L"] * dimensions["E"],
            ContextLength = conditioning.States.Count,
            StateLength = conditioning.States.Length,
            TimeEmbeddingLength = conditioning.Length,
            Decoder = decoder,
            DecoderShape = _shape,
            DecoderScheduler = _scheduler!,
            ConditionedOnKnown = ConditionedOnKnown,
            Grid = _grid,
            Adapters = _files.Adapters.Names,
            Slots = slots.Decoder,
            Autoencoder = _autoencoder?.Build(_shape),
            SuperResolution = [.. _superResolution.Select(stage => stage.Build(slots.SuperResolution))],
        };
    }

    private void CheckChannels(OnnxGraph decoder)
    {
        (int given, int channels) = (_files.Dimensions["i"], _shape.Channels);
        if (_autoencoder is null && channels != 3)
        {
            _files.Folder.Report(decoder.File, $"makes {channels} channels and there is no autoencoder/; expected 3, or autoencoder/decoder.onnx");
        }

        if (given != channels && given != (2 * channels) + 1)
        {
            _files.Folder.Report(decoder.File,
                $"takes {given} channels; expected the latents' {channels}, or {(2 * channels) + 1} where it is told which latents are known");
        }

        _files.CheckOutputChannels(decoder, _scheduler, channels, "o", mayLeaveVariance: _image is not null);
    }
}
