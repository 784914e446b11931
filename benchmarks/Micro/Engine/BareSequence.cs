using Limner.Diffusion.Schedulers;
using Limner.Diffusion.Unclip;
using Limner.Inference;
using Microsoft.ML.OnnxRuntime;

namespace Limner.Micro.Engine;

/// <summary>The ONNX Runtime calls of one picture at the model's defaults, in the engine's order and shapes, with nothing between them.</summary>
internal sealed class BareSequence : IDisposable
{
    private readonly List<(PipelineStage Stage, BareNetwork Network, int Calls)> _calls = [];
    private readonly string _folder;
    private readonly ExecutionOptions _options;
    private readonly TimeProvider _time;
    private readonly BareText _prompt;

    public BareSequence(string folder, UnclipModel model, ExecutionOptions options, TimeProvider time)
    {
        (_folder, _options, _time) = (folder, options, time);
        UnclipDefaults defaults = model.Defaults;
        if (defaults.PriorGuidance <= 1 || defaults.Guidance <= 1)
        {
            throw new ArgumentException($"{model.Name} is not guided by default; its calls would have other shapes than these.");
        }

        (EncoderNetworks encoder, DecoderNetworks decoder) = (model.Encoder!, model.Decoder!);
        _prompt = new(encoder.Tokenizer, BenchmarkOptions.Prompt);
        Add(PipelineStage.TextEncoder, "text_encoder/model.onnx", 1, _ => 1);
        Add(PipelineStage.TextEncoder, "text_encoder/model.onnx", 1, _ => 1, text: new BareText(encoder.Tokenizer, BenchmarkOptions.NegativePrompt));
        Add(PipelineStage.Prior, "prior/model.onnx", Steps(encoder.PriorScheduler, defaults.PriorSteps), _ => 2);
        Add(PipelineStage.TextProjection, "text_proj/model.onnx", 1, name => name == "image_embeddings" ? 1 : 2);
        Add(PipelineStage.Decoder, "decoder/model.onnx", Steps(decoder.DecoderScheduler, defaults.DecoderSteps), _ => 2, decoder.DecoderShape.Height);
        if (decoder.Autoencoder is not null)
        {
            Add(PipelineStage.Autoencoder, "autoencoder/decoder.onnx", 1, _ => 1);
        }

        AddSuperResolution(PipelineStage.SuperResFirst, decoder.SuperResolution[0], "super_res_first", defaults.SuperResSteps);
        if (decoder.SuperResolution.Count > 1)
        {
            AddSuperResolution(PipelineStage.SuperResSecond, decoder.SuperResolution[1], "super_res_second", defaults.SuperResSecondSteps);
        }
    }

    /// <summary>Milliseconds of each stage.</summary>
    public Dictionary<PipelineStage, double> Run()
    {
        var elapsed = new Dictionary<PipelineStage, double>();
        foreach ((PipelineStage stage, BareNetwork network, int calls) in _calls)
        {
            long started = _time.GetTimestamp();
            for (int call = 0; call < calls; call++)
            {
                network.Run();
            }

            elapsed[stage] = elapsed.GetValueOrDefault(stage) + _time.GetElapsedTime(started).TotalMilliseconds;
        }

        return elapsed;
    }

    public void Dispose() => _calls.ForEach(call => call.Network.Dispose());

    private static int Steps(SchedulerConfig scheduler, int steps) => SchedulerFactory.Create(scheduler, steps).StepCount;

    private void AddSuperResolution(PipelineStage stage, SuperResolutionNetworks networks, string component, int steps)
    {
        (int calls, int side) = (Steps(networks.Scheduler, steps), networks.Image.Height);
        int last = networks.Last is null ? 0 : 1; // Karlo's second network does the last step
        Add(stage, $"{component}/model.onnx", calls - last, _ => 1, side);
        if (last == 1)
        {
            Add(stage, "super_res_last/model.onnx", 1, _ => 1, side);
        }
    }

    private void Add(PipelineStage stage, string file, int calls, Func<string, int> rowsOf, int side = 0, BareText? text = null)
    {
        using SessionOptions session = Execution.Choose(_options).CreateSessionOptions();
        _calls.Add((stage, new BareNetwork(Path.Combine(_folder, file), session, rowsOf, side, text ?? _prompt), calls));
    }
}
