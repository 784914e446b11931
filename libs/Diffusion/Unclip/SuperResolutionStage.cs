using Limner.Diffusion.Noise;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Schedulers;

namespace Limner.Diffusion.Unclip;

/// <summary>One diffusion upsampler: an image and its bicubic enlargement to a sharp larger image, in tiles where it is larger than the network.</summary>
internal sealed class SuperResolutionStage(
    SuperResolutionNetworks networks, int stage, FloatBuffers buffers, Resizer resizer, INoiseSource noise, TimeProvider time, StageTimings timings)
{
    private readonly PipelineStage _name = stage == 0 ? PipelineStage.SuperResFirst : PipelineStage.SuperResSecond;
    private readonly StepBatcher _first = new(networks.First, networks.Slots, noise, time);
    private readonly StepBatcher? _last = networks.Last is { } last ? new(last, networks.Slots, noise, time) : null;
    private readonly List<Candidate> _waiting = [];
    private readonly List<Candidate> _ended = [];
    private readonly Dictionary<Candidate, float[]> _upscaled = [];

    public ImageShape Image => networks.Image;

    private int Occupied => _first.Occupied + (_last?.Occupied ?? 0);

    public IScheduler Plan(DecodeRequest request) =>
        SchedulerFactory.CreateFor(networks.Scheduler, stage == 0 ? request.SuperResSteps : request.SuperResSecondSteps, "super-resolution");

    public void Add(Candidate candidate) => _waiting.Add(candidate);

    /// <summary>One step of every candidate that has a slot; those that left have their larger image, (3, H, W).</summary>
    public IReadOnlyList<Candidate> Step()
    {
        _ended.Clear();
        if (_waiting.Count + Occupied == 0)
        {
            return _ended;
        }

        long started = timings.Start();
        DateTimeOffset now = time.GetUtcNow();
        _ended.AddRange(_waiting.Where(candidate => candidate.Stopped(now)));
        _waiting.RemoveAll(static candidate => candidate.End != SampleEnd.Completed);
        while (_waiting.Count > 0 && Occupied < networks.Slots)
        {
            Begin(_waiting[0]);
            _waiting.RemoveAt(0);
        }

        // 9. x_t to x_(t-1): super_res_first does every step but the last, super_res_last that one, (k, 3, H, W)
        if (_last is not null)
        {
            End(_last.Step());
        }

        foreach (Sample sample in _first.Step())
        {
            if (_last is not null && sample.End == SampleEnd.Completed)
            {
                HandOver(sample);
            }
            else
            {
                End(sample);
            }
        }

        timings.Stop(_name, started);
        return _ended;
    }

    private void Begin(Candidate candidate)
    {
        // 8. upscale: bicubic with antialiasing, then beside x_t as channels, (3 + 3, H, W)
        ImageShape shape = Enlarged.Shape(candidate.Shape, networks.Image, candidate.Target);
        float[] upscaled = buffers.Rent(shape.Length);
        var conditioning = new RowConditioning { Channels = upscaled };
        Sample sample = candidate.BeginSample(
            new(_name, NoiseOf(candidate), Plan(candidate.Request), shape, conditioning)
            {
                Windows = shape == networks.Image ? [] : [.. Enlarged.Tiles(shape, networks.Image).Select(tile => new SampleWindow(tile, conditioning))],
                OutputLength = shape.Height * shape.Width * (networks.First.OutputLength / (networks.Image.Height * networks.Image.Width)),
                Known = candidate.Known?.SampleAt(shape),
            }, buffers, noise, () => resizer.Apply(candidate.Image, candidate.Shape, shape, upscaled));
        candidate.LastStage = stage;
        if (_last is not null)
        {
            sample.EndStep = sample.Plan.StepCount - 1;
        }

        _upscaled[candidate] = upscaled;
        _first.Add(sample);
    }

    // A picture may go through the last stage again; its noise is not to be the same.
    private Stage NoiseOf(Candidate candidate) =>
        candidate.LastStage == stage ? Stage.SuperResThird : stage == 0 ? Stage.SuperResFirst : Stage.SuperResSecond;

    private void HandOver(Sample sample)
    {
        sample.EndStep = sample.Plan.StepCount;
        _last!.Add(sample);
    }

    private void End(IReadOnlyList<Sample> samples)
    {
        foreach (Sample sample in samples)
        {
            End(sample);
        }
    }

    private void End(Sample sample)
    {
        var candidate = (Candidate)sample.Owner!;
        candidate.Leave(sample.End!.Value, stage == 0 ? "first super-resolution stage" : "second super-resolution stage");
        candidate.EndSample(buffers);
        if (_upscaled.Remove(candidate, out float[]? upscaled))
        {
            buffers.Return(upscaled);
        }

        _ended.Add(candidate);
    }
}
