using Limner.Diffusion.Noise;
using Limner.Diffusion.Resampling;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Schedulers;

namespace Limner.Diffusion.Unclip;

/// <summary>One diffusion upsampler: an image and its bicubic enlargement to a sharp larger image.</summary>
internal sealed class SuperResolutionStage(
    SuperResolutionNetworks networks, ImageShape source, int stage, FloatBuffers buffers, INoiseSource noise, TimeProvider time,
    StageTimings timings)
{
    private readonly (PipelineStage Name, Stage Noise) _name =
        stage == 0 ? (PipelineStage.SuperResFirst, Stage.SuperResFirst) : (PipelineStage.SuperResSecond, Stage.SuperResSecond);

    private readonly BicubicResize _upscale = new(source.Height, source.Width, networks.Image.Height, networks.Image.Width);
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
            return _ended;

        var started = timings.Start();
        var now = time.GetUtcNow();
        _ended.AddRange(_waiting.Where(candidate => candidate.Stopped(now)));
        _waiting.RemoveAll(static candidate => candidate.End != SampleEnd.Completed);
        while (_waiting.Count > 0 && Occupied < networks.Slots)
        {
            Begin(_waiting[0]);
            _waiting.RemoveAt(0);
        }

        // 9. x_t to x_(t-1): super_res_first does every step but the last, super_res_last that one, (k, 3, H, W)
        if (_last is not null)
            End(_last.Step());
        foreach (var sample in _first.Step())
        {
            if (_last is not null && sample.End == SampleEnd.Completed)
                HandOver(sample);
            else
                End(sample);
        }

        timings.Stop(_name.Name, started);
        return _ended;
    }

    private void Begin(Candidate candidate)
    {
        // 8. upscale: bicubic with antialiasing, then beside x_t as channels, (3 + 3, H, W)
        var upscaled = buffers.Rent(Image.Length);
        _upscale.Apply(candidate.Image, upscaled, Image.Channels);
        var sample = candidate.BeginSample(
            _name, Plan(candidate.Request), Image, buffers, noise, new RowConditioning { Channels = upscaled });
        if (_last is not null)
            sample.EndStep = sample.Plan.StepCount - 1;
        _upscaled[candidate] = upscaled;
        _first.Add(sample);
    }

    private void HandOver(Sample sample)
    {
        sample.EndStep = sample.Plan.StepCount;
        _last!.Add(sample);
    }

    private void End(IReadOnlyList<Sample> samples)
    {
        foreach (var sample in samples)
            End(sample);
    }

    private void End(Sample sample)
    {
        var candidate = (Candidate)sample.Owner!;
        candidate.End = sample.End!.Value;
        candidate.EndSample(buffers);
        if (_upscaled.Remove(candidate, out var upscaled))
            buffers.Return(upscaled);
        _ended.Add(candidate);
    }
}
