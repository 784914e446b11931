using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;
using Limner.Inference;
using Limner.Load.Deployments;

namespace Limner.Load.Measurements;

/// <summary>Both halves of the engine, with the services' slots and nothing around them: no message, no file, no PNG.</summary>
internal sealed class BareEngine : IDisposable
{
    private readonly UnclipModel _model;
    private readonly UnclipEncoder _encoder;
    private readonly UnclipDecoder _decoder;
    private readonly TimeProvider _time;

    public BareEngine(string folder, TimeProvider time)
    {
        _time = time;
        _model = ModelFolder.Load(folder, new ExecutionOptions { Provider = ExecutionProvider.Cpu });
        _encoder = new(_model.Encoder!, new SeededNoiseSource(), time, new(time));
        _decoder = new(_model.Decoder!, new SeededNoiseSource(), time, new(time));
    }

    public string Description => $"{_model.Name} {_model.Version}, {_model.Execution.Replace("execution: ", "", StringComparison.Ordinal)}";

    /// <summary>Seconds for all jobs; as soon as a slot of the decoder is free, the next candidate has it.</summary>
    public double Draw(IReadOnlyList<JobRequest> jobs)
    {
        long started = _time.GetTimestamp();
        var waiting = new Queue<DecodeRequest>();
        for (int next = 0; next < jobs.Count || waiting.Count > 0 || _decoder.Occupied > 0;)
        {
            if (waiting.Count == 0 && next < jobs.Count && _decoder.FreeSlots > 0)
            {
                Encode(jobs[next++], waiting);
            }

            while (_decoder.FreeSlots > 0 && waiting.TryDequeue(out DecodeRequest? request))
            {
                _decoder.Add(request);
            }

            _decoder.Step();
        }

        return _time.GetElapsedTime(started).TotalSeconds;
    }

    public void Dispose() => _model.Dispose();

    private void Encode(JobRequest job, Queue<DecodeRequest> waiting)
    {
        var request = new UnclipRequest { Prompt = job.Prompt, Candidates = job.Count, Seed = job.Seed, Size = job.Side };
        IReadOnlyList<Conditioning> conditionings = _encoder.Encode(request.ToEncodeRequest(_model.Defaults));
        for (int candidate = 0; candidate < conditionings.Count; candidate++)
        {
            waiting.Enqueue(request.ToDecodeRequest(_model.Defaults, conditionings[candidate], candidate, progress: null, CancellationToken.None));
        }
    }
}
