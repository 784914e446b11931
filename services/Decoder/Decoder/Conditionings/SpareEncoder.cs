using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;
using Limner.Inference;
using Limner.ServiceDefaults.Workers;
using Microsoft.Extensions.Options;

namespace Limner.Decoder.Conditionings;

/// <summary>The encoder half for conditioning that got lost. It is loaded at the first loss: a Decoder whose cache is well never needs its memory.</summary>
internal sealed class SpareEncoder(IOptions<ModelOptions> model, IOptions<ExecutionOptions> execution, TimeProvider time, EngineFailure failure) : IDisposable
{
    private readonly Lock _gate = new();
    private UnclipModel? _model;
    private EngineThread<EncodeRequest, EncodedPrompt, EncodedPrompt>? _thread;

    public bool IsLoaded => _thread is not null;

    /// <summary>The first candidate's conditioning; null if it was cancelled or expired.</summary>
    public async Task<Conditioning?> EncodeAsync(EncodeRequest request, CancellationToken cancellation)
    {
        EngineResult<EncodedPrompt> encoded = await Load().RunAsync(request, cancellation);
        return encoded.Value.End == SampleEnd.Completed ? encoded.Value.Conditionings[0] : null;
    }

    public void Dispose()
    {
        _thread?.Dispose();
        _model?.Dispose();
    }

    private EngineThread<EncodeRequest, EncodedPrompt, EncodedPrompt> Load()
    {
        lock (_gate)
        {
            if (_thread is not null)
            {
                return _thread;
            }

            UnclipModel loaded = _model = ModelFolder.Load(model.Value.Find(AppContext.BaseDirectory), execution.Value, ModelParts.Encoder | ModelParts.ImageEncoder);
            UnclipEncoder Start() => new(loaded.Encoder!, new SeededNoiseSource(), time, new(time));
            return _thread = new("spare encoder", new(Start, ended => ended.Request, ended => ended.Refusal is { } refusal ? throw refusal : ended), time, failure.EndProcess);
        }
    }
}
