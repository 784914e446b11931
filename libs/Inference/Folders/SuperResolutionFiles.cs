using Limner.Diffusion.Schedulers;
using Limner.Diffusion.Unclip;
using Limner.Inference.Networks;
using static Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace Limner.Inference.Folders;

/// <summary>One super-resolution stage: a network, and for Karlo's first stage another for the last step.</summary>
internal sealed class SuperResolutionFiles
{
    private readonly ComponentFiles _files;
    private readonly SchedulerConfig? _scheduler;
    private readonly (OnnxGraph Graph, bool TimestepPerRow)? _first;
    private readonly (OnnxGraph Graph, bool TimestepPerRow)? _last;
    private readonly ImageShape _image;

    public SuperResolutionFiles(ComponentFiles files, string stage, string first, string? last)
    {
        _files = files;
        _scheduler = files.Scheduler(stage);
        _first = Open(stage, first);
        if (last is not null && files.Folder.HasFolder(last))
        {
            _last = Open(stage, last);
        }

        if (_first is { Graph: var graph })
        {
            _image = files.Shape(graph, 3, $"{stage} height", $"{stage} width", $"{first}/config.json");
        }
    }

    public SuperResolutionNetworks Build(int slots) =>
        new(Build(_first!.Value, slots), _last is { } last ? Build(last, slots) : null, _scheduler!, _image, slots);

    private (OnnxGraph Graph, bool TimestepPerRow)? Open(string stage, string component)
    {
        if (_files.Open($"{component}/model.onnx", "a super-resolution UNet") is not { } graph)
        {
            return null;
        }

        graph.Input("sample", Float, $"batch,6,{stage} height,{stage} width", _files.Dimensions, _files.Folder);
        graph.Output("out_sample", Float, $"batch,{stage} output,{stage} height,{stage} width", _files.Dimensions, _files.Folder);
        _files.CheckOutputChannels(graph, _scheduler, 3, $"{stage} output");
        return (graph, graph.TimestepPerRow(_files.Folder));
    }

    private OrtDenoiser Build((OnnxGraph Graph, bool TimestepPerRow) network, int slots)
    {
        int channels = ComponentFiles.OutputChannels(_scheduler!, 3);
        var denoiser = new OrtDenoiser(network.Graph.Session, _files.Execution.CopiesInputs, slots, new DenoiserLayout
        {
            SampleInput = "sample",
            SampleShape = [6, _image.Height, _image.Width], // x_t, then the upscaled image
            SampleLength = _image.Length,
            Output = "out_sample",
            OutputShape = [channels, _image.Height, _image.Width],
            OutputLength = channels * _image.Height * _image.Width,
            TimestepPerRow = network.TimestepPerRow,
        });
        _files.Networks.Add(denoiser);
        return denoiser;
    }
}
