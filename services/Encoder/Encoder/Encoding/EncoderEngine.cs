using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;
using Limner.Inference;
using Limner.ServiceDefaults.Workers;
using Microsoft.Extensions.Options;

namespace Limner.Encoder.Encoding;

/// <summary>The encoder half of the model on a thread of its own; jobs that wait together share the prior's steps.</summary>
internal sealed class EncoderEngine : IDisposable
{
    private readonly UnclipModel _model;
    private readonly EngineThread<EncodeRequest, EncodedPrompt, EncodedPrompt> _thread;

    /// <summary>Loads the model.</summary>
    /// <exception cref="ModelFolderException">The folder cannot be used.</exception>
    /// <exception cref="ExecutionProviderException">The execution provider cannot be had.</exception>
    public EncoderEngine(IOptions<ModelOptions> model, IOptions<ExecutionOptions> execution, IOptions<EncoderOptions> options, TimeProvider time, EngineFailure failure)
    {
        string folder = model.Value.Find(AppContext.BaseDirectory);
        _model = ModelFolder.Load(folder, execution.Value, ModelParts.Encoder | ModelParts.ImageEncoder, new() { Prior = options.Value.Slots });
        UnclipEncoder Start() => new(_model.Encoder!, new SeededNoiseSource(), time, new(time));
        _thread = new("encoder", new(Start, ended => ended.Request, ended => ended.Refusal is { } refusal ? throw refusal : ended), time, failure.EndProcess);
    }

    public string Name => _model.Name;

    public string Version => _model.Version;

    public UnclipDefaults Defaults => _model.Defaults;

    public IReadOnlyList<string> Adapters => _model.Encoder!.Adapters;

    /// <summary>Without start and end.</summary>
    public int PromptTokens => _model.Encoder!.Tokenizer.MaxLength - 2;

    public string Description => $"{Name} {Version}, {_model.Execution}";

    public bool IsRunning => _thread.Failure is null;

    public async Task<EncodedPrompt> EncodeAsync(EncodeRequest request, CancellationToken cancellation) =>
        (await _thread.RunAsync(request, cancellation)).Value;

    public void Dispose()
    {
        _thread.Dispose();
        _model.Dispose();
    }
}
