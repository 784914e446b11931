using Limner.Diffusion.Sampling;

namespace Limner.Diffusion.Unclip;

/// <summary>Both halves in one process: text to images.</summary>
/// <remarks>Not safe for use from several threads.</remarks>
public sealed class UnclipPipeline
{
    private readonly UnclipEncoder _encoder;
    private readonly UnclipDecoder _decoder;
    private readonly UnclipDefaults _defaults;

    /// <summary>Joins the halves of one model, which belong to this pipeline alone.</summary>
    public UnclipPipeline(EncoderNetworks encoder, DecoderNetworks decoder, UnclipDefaults defaults, INoiseSource noise, TimeProvider time)
    {
        Timings = new(time);
        _encoder = new(encoder, noise, time, Timings);
        _decoder = new(decoder, noise, time, Timings);
        _defaults = defaults;
    }

    /// <summary>Time that the last generation spent in each stage.</summary>
    public StageTimings Timings { get; }

    /// <summary>Rows and columns of the largest image that the model makes.</summary>
    public int LargestSize => _decoder.LargestSize;

    /// <summary>Generates a request's candidates.</summary>
    /// <param name="request">What to draw.</param>
    /// <param name="finished">Gets each candidate's number and picture as soon as it is done, in no fixed order; the picture's memory is reused when it returns.</param>
    /// <param name="progress">Told after every step, on this thread.</param>
    /// <param name="cancellation">Stops within one step.</param>
    /// <exception cref="ArgumentException">The prompt is too long, the model does not make the size, or a number is outside its range; or a network of it gave what is no finite number.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void Generate(
        UnclipRequest request, Action<int, Picture> finished, IProgress<UnclipProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(finished);
        Timings.Reset();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        DecodeRequest DecodeRequestOf(Conditioning conditioning, int candidate) =>
            request.ToDecodeRequest(_defaults, conditioning, candidate, progress, stop.Token);

        // A wrong size or step count is refused before the first half is spent on it.
        _decoder.Check(DecodeRequestOf(Conditioning.None, 0));

        IReadOnlyList<Conditioning> conditionings = request.Upscale is null ? _encoder.Encode(request.ToEncodeRequest(_defaults, progress), cancellation) : [Conditioning.None];
        try
        {
            for (int next = 0; next < request.Candidates || _decoder.Occupied > 0;)
            {
                for (; next < request.Candidates && _decoder.FreeSlots > 0; next++)
                {
                    _decoder.Add(DecodeRequestOf(conditionings[conditionings.Count > 1 ? next : 0], next));
                }

                foreach (DecodedImage image in _decoder.Step())
                {
                    cancellation.ThrowIfCancellationRequested();
                    if (image.Refusal is { } refusal)
                    {
                        throw refusal;
                    }

                    finished(image.Request.Candidate, image.Picture!);
                }
            }
        }
        finally
        {
            stop.Cancel();
            // Empties the slots; nothing is run for cancelled candidates. One that a step lost when it failed never leaves.
            for (int before = int.MaxValue; _decoder.Occupied > 0 && _decoder.Occupied < before;)
            {
                before = _decoder.Occupied;
                _decoder.Step();
            }
        }
    }
}
