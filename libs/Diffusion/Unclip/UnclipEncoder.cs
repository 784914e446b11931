using Limner.Diffusion.Noise;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Schedulers;

namespace Limner.Diffusion.Unclip;

/// <summary>The encoder half of unCLIP (arXiv 2204.06125): a prompt y to n image embeddings z_i, sampled by P(z_i | y).</summary>
/// <remarks>Not safe for use from several threads; steps 1 to 4 of the loop, of which <see cref="UnclipDecoder"/> has the rest.</remarks>
public sealed class UnclipEncoder(EncoderNetworks networks, INoiseSource noise, TimeProvider time, StageTimings timings)
{
    private readonly StepBatcher _prior = new(networks.Prior, networks.PriorSlots, noise, time);
    private TextEncoding? _empty;

    /// <summary>Encodes a prompt and samples its candidates; equal requests give equal arrays.</summary>
    /// <exception cref="ArgumentException">A prompt is longer than the model reads, or a number is outside its range.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; within one step.</exception>
    /// <exception cref="TimeoutException">The deadline passed.</exception>
    public IReadOnlyList<Conditioning> Encode(EncodeRequest request, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Candidates, 1);
        Guidance.Check(request.PriorGuidance, "prior guidance");
        Guidance.Check(request.Guidance, "guidance");
        var plan = SchedulerFactory.Create(networks.PriorScheduler, request.PriorSteps);

        var started = timings.Start();
        var prompt = EncodeText(request.Prompt, "prompt");
        var unconditional = request.Guided ? EncodeText(request.NegativePrompt, "negative prompt") : null;
        timings.Stop(PipelineStage.TextEncoder, started);

        started = timings.Start();
        var embeddings = SampleImageEmbeddings(request, plan, prompt, unconditional, cancellation);
        timings.Stop(PipelineStage.Prior, started);

        return [.. embeddings.Select(z => new Conditioning { ImageEmbedding = z, Prompt = prompt, Unconditional = unconditional })];
    }

    private TextEncoding EncodeText(string text, string what)
    {
        if (text.Length == 0 && _empty is not null)
            return _empty;

        // 1. tokenise
        var length = networks.Tokenizer.MaxLength;
        var inputIds = new long[length]; // (77)
        var mask = new bool[length]; // (77)
        var count = networks.Tokenizer.Pad(text, inputIds, mask);
        if (count > length)
            throw new ArgumentException($"The {what} has {count - 2} tokens; the model reads at most {length - 2}.");

        // 2. text encoder: one prompt at a time, so that a prompt's states do not depend on its company
        var encoding = new TextEncoding(new float[networks.EmbeddingLength], new float[networks.StatesLength], mask); // (D), (77, E)
        networks.TextEncoder(inputIds, encoding.Embedding, encoding.States);
        if (text.Length == 0)
            _empty = encoding;
        return encoding;
    }

    private float[][] SampleImageEmbeddings(
        EncodeRequest request, IScheduler plan, TextEncoding prompt, TextEncoding? unconditional, CancellationToken cancellation)
    {
        // 3. prior: n candidates, two rows each under guidance
        var conditional = RowOf(prompt);
        var unguided = unconditional is null ? null : RowOf(unconditional);
        var embeddings = new float[request.Candidates][];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            for (var next = 0; next < embeddings.Length || _prior.Occupied > 0;)
            {
                for (; next < embeddings.Length && _prior.Occupied < _prior.Slots; next++)
                {
                    embeddings[next] = new float[networks.EmbeddingLength]; // (D)
                    _prior.Add(BeginSample(request, plan, conditional, unguided, embeddings[next], next, stop.Token));
                }

                foreach (var sample in _prior.Step())
                    ThrowUnlessCompleted(sample, cancellation);
            }
        }
        finally
        {
            stop.Cancel();
            while (_prior.Occupied > 0)
                _prior.Step(); // empties the slots; nothing is run for cancelled samples
        }

        // 4. denormalise: z_i = latents * std + mean, (D)
        foreach (var z in embeddings)
        {
            for (var i = 0; i < z.Length; i++)
                z[i] = (z[i] * networks.ClipStd[i]) + networks.ClipMean[i];
        }

        return embeddings;
    }

    private Sample BeginSample(
        EncodeRequest request, IScheduler plan, RowConditioning conditional, RowConditioning? unconditional, float[] latents, int candidate,
        CancellationToken cancellation)
    {
        var sample = new Sample
        {
            Plan = plan,
            Latents = latents,
            History = new float[plan.HistoryLength(latents.Length)],
            Conditional = conditional,
            Unconditional = unconditional,
            Guidance = request.PriorGuidance,
            Key = new NoiseKey(request.Seed, candidate, Stage.Prior, 0),
            Cancellation = cancellation,
            Deadline = request.Deadline,
            Progress = request.Progress is { } progress
                ? (step, steps) => progress.Report(new(PipelineStage.Prior, candidate, step, steps))
                : null,
        };
        sample.DrawInitialNoise(noise);
        return sample;
    }

    private static RowConditioning RowOf(TextEncoding text) =>
        new() { Embedding = text.Embedding, TextStates = text.States, TextMask = text.Mask };

    private static void ThrowUnlessCompleted(Sample sample, CancellationToken cancellation)
    {
        if (sample.End == SampleEnd.Expired)
            throw new TimeoutException($"The deadline passed after step {sample.Step} of {sample.Plan.StepCount} of the prior.");
        if (sample.End == SampleEnd.Cancelled)
            throw new OperationCanceledException(cancellation);
    }
}
