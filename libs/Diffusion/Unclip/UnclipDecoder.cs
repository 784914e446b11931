using Limner.Diffusion.Sampling;
using Limner.Diffusion.Schedulers;

namespace Limner.Diffusion.Unclip;

/// <summary>
/// The decoder half of unCLIP (arXiv 2204.06125): image embeddings to images, continuously. Candidates join at any time while a
/// slot is free; each <see cref="Step"/> takes every candidate under way one step further, wherever it is.
/// </summary>
/// <remarks>Not safe for use from several threads; steps 5 to 10 of the loop, of which <see cref="UnclipEncoder"/> has the first.</remarks>
public sealed class UnclipDecoder : IStepEngine<DecodeRequest, DecodedImage>
{
    private readonly FloatBuffers _buffers = new();
    private readonly DecoderNetworks _networks;
    private readonly BaseStage _base;
    private readonly SuperResolutionStage[] _superResolution;
    private readonly ImageShape[] _shapes;
    private readonly Downscaler _downscaler = new();
    private readonly Previews _previews;
    private readonly List<Candidate> _handedOut = [];
    private readonly List<DecodedImage> _ended = [];
    private readonly StageTimings _timings;

    /// <summary>Makes a decoder with all slots free; the networks belong to it alone.</summary>
    public UnclipDecoder(DecoderNetworks networks, INoiseSource noise, TimeProvider time, StageTimings timings)
    {
        ArgumentNullException.ThrowIfNull(networks);
        _networks = networks;
        _timings = timings;
        _previews = new(networks, _buffers, _downscaler, time);
        _base = new(networks, _buffers, _previews, noise, time, timings);
        _shapes = [_base.Image, .. networks.SuperResolution.Select(stage => stage.Image)];
        _superResolution = [.. networks.SuperResolution.Select((stage, i) => new SuperResolutionStage(stage, _shapes[i], i, _buffers, noise, time, timings))];
    }

    /// <summary>Candidates under way.</summary>
    public int Occupied { get; private set; }

    /// <summary>Candidates that can join now.</summary>
    public int FreeSlots => _networks.Slots - Occupied;

    /// <summary>Rows and columns of the largest image that the model makes.</summary>
    public int LargestSize => _shapes[^1].Height;

    /// <summary>Takes up a candidate.</summary>
    /// <exception cref="InvalidOperationException">No slot is free.</exception>
    /// <exception cref="RefusedRequestException">The model does not make that size, or a number is outside its range.</exception>
    public void Add(DecodeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (FreeSlots == 0)
            throw new InvalidOperationException($"All {_networks.Slots} slots are occupied.");
        Check(request);
        _base.Add(new Candidate(request));
        Occupied++;
    }

    /// <summary>Checks what <see cref="Add"/> would refuse, without taking anything up.</summary>
    /// <inheritdoc cref="Add" path="/exception[@cref='RefusedRequestException']"/>
    public void Check(DecodeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Size is { } size && (size < 1 || size > LargestSize))
            throw new RefusedRequestException(RequestProblem.Size, $"An image of {size}x{size} was asked for; this model makes up to {LargestSize}x{LargestSize}.");
        Guidance.Check(request.Guidance, "guidance");
        SchedulerFactory.CreateFor(_networks.DecoderScheduler, request.DecoderSteps, "decoder");
        foreach (var stage in _superResolution)
            stage.Plan(request);
    }

    /// <summary>One step of every stage that has work.</summary>
    /// <returns>The candidates that left; the list and the pictures are reused by the next call.</returns>
    public IReadOnlyList<DecodedImage> Step()
    {
        _ended.Clear();
        foreach (var candidate in _handedOut)
            candidate.Hold([], default, _buffers);
        _handedOut.Clear();

        foreach (var candidate in _base.Step())
            Forward(candidate, 0);
        for (var i = 0; i < _superResolution.Length; i++)
        {
            foreach (var candidate in _superResolution[i].Step())
                Forward(candidate, i + 1);
        }

        return _ended;
    }

    private void Forward(Candidate candidate, int stage)
    {
        var size = candidate.Request.Size ?? LargestSize;
        if (candidate.End == SampleEnd.Completed && candidate.Shape.Height < size)
        {
            if (stage == 0 && candidate.Request.Preview is { } preview)
                _previews.Show(preview, candidate.Image, candidate.Shape);
            _superResolution[stage].Add(candidate);
            return;
        }

        Occupied--;
        _handedOut.Add(candidate);
        var picture = candidate.End == SampleEnd.Completed ? ToPicture(candidate, size) : null;
        _ended.Add(new DecodedImage(candidate.Request, candidate.End, picture));
    }

    private Picture ToPicture(Candidate candidate, int size)
    {
        // 10. the requested size, then [-1, 1] to [0, 1], (3, H, W)
        var started = _timings.Start();
        if (candidate.Shape.Height > size)
        {
            var shape = new ImageShape(3, size, size);
            var smaller = _buffers.Rent(shape.Length);
            _downscaler.Apply(candidate.Image, candidate.Shape, shape, smaller);
            candidate.Hold(smaller, shape, _buffers);
        }

        PixelRange.ToUnit(candidate.Image);
        _timings.Stop(PipelineStage.Output, started);
        return new Picture(candidate.Shape, candidate.Image);
    }
}
