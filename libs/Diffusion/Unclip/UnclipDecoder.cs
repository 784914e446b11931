using Limner.Diffusion.Sampling;

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
    private readonly Finish _finish;
    private readonly Previews _previews;
    private readonly List<Candidate> _given = [];
    private readonly List<Candidate> _handedOut = [];
    private readonly List<DecodedImage> _ended = [];
    private readonly StageTimings _timings;

    /// <summary>Makes a decoder with all slots free; the networks belong to it alone.</summary>
    public UnclipDecoder(DecoderNetworks networks, INoiseSource noise, TimeProvider time, StageTimings timings)
    {
        ArgumentNullException.ThrowIfNull(networks);
        _networks = networks;
        _timings = timings;
        var resizer = new Resizer();
        _finish = new(_buffers, resizer);
        _previews = new(networks, _buffers, resizer, time);
        _base = new(networks, _buffers, _previews, noise, time, timings);
        _superResolution = [.. networks.SuperResolution.Select((stage, i) => new SuperResolutionStage(stage, i, _buffers, resizer, noise, time, timings))];
    }

    /// <summary>Candidates under way.</summary>
    public int Occupied { get; private set; }

    /// <summary>Candidates that can join now.</summary>
    public int FreeSlots => _networks.Slots - Occupied;

    /// <summary>Rows and columns of the largest image that the model's stages make; see <see cref="DecoderNetworks.LongestSide"/>.</summary>
    public int LargestSize => _networks.LargestSize;

    /// <summary>Takes up a candidate.</summary>
    /// <exception cref="InvalidOperationException">No slot is free.</exception>
    /// <exception cref="RefusedRequestException">The model does not make that size, or a number is outside its range.</exception>
    public void Add(DecodeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (FreeSlots == 0)
        {
            throw new InvalidOperationException($"All {_networks.Slots} slots are occupied.");
        }

        Check(request);
        ImageSize target = _networks.TargetOf(request);
        var candidate = new Candidate(request, target, _networks.CanvasFor(target));
        if (request.Upscale is { } given)
        {
            var shape = new ImageShape(3, given.Height, given.Width);
            candidate.Hold(_buffers.Rent(shape.Length), shape, _buffers);
            given.Cover(shape, candidate.Image);
            _given.Add(candidate);
        }
        else
        {
            _base.Add(candidate);
        }

        Occupied++;
    }

    /// <summary>Checks what <see cref="Add"/> would refuse, without taking anything up.</summary>
    /// <inheritdoc cref="Add" path="/exception[@cref='RefusedRequestException']"/>
    public void Check(DecodeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        DecodeCheck.Check(request, _networks);
        foreach (SuperResolutionStage stage in _superResolution)
        {
            stage.Plan(request);
        }
    }

    /// <summary>One step of every stage that has work.</summary>
    /// <returns>The candidates that left; the list and the pictures are reused by the next call.</returns>
    public IReadOnlyList<DecodedImage> Step()
    {
        _ended.Clear();
        foreach (Candidate candidate in _handedOut)
        {
            candidate.Hold([], default, _buffers);
        }

        _handedOut.Clear();

        foreach (Candidate candidate in _given)
        {
            Forward(candidate);
        }

        _given.Clear();
        foreach (Candidate candidate in _base.Step())
        {
            if (candidate.End == SampleEnd.Completed && !Enlarged.Covers(candidate.Shape, candidate.Target) && candidate.Request.Preview is { } preview)
            {
                _previews.Show(preview, candidate.Image, candidate.Shape);
            }

            Forward(candidate);
        }

        foreach (SuperResolutionStage stage in _superResolution)
        {
            foreach (Candidate candidate in stage.Step())
            {
                Forward(candidate);
            }
        }

        return _ended;
    }

    private void Forward(Candidate candidate)
    {
        if (candidate.End == SampleEnd.Completed && !Enlarged.Covers(candidate.Shape, candidate.Target))
        {
            _superResolution[Enlarged.StageFor(candidate.Shape, _networks.SuperResolution)].Add(candidate);
            return;
        }

        Occupied--;
        _handedOut.Add(candidate);
        Picture? picture = null;
        if (candidate.End == SampleEnd.Completed)
        {
            // 10. the requested size, then [-1, 1] to [0, 1], (3, H, W)
            long started = _timings.Start();
            picture = _finish.ToPicture(candidate);
            _timings.Stop(PipelineStage.Output, started);
        }

        _ended.Add(new DecodedImage(candidate.Request, candidate.End, picture, candidate.Refusal));
    }
}
