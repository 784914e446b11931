using Limner.Diffusion.Editing;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Schedulers;

namespace Limner.Diffusion.Unclip;

/// <summary>
/// The encoder half of unCLIP (arXiv 2204.06125): a prompt y to n image embeddings z_i, sampled by P(z_i | y), continuously. The
/// candidates of all prompts under way share the prior's steps; what a prompt becomes does not depend on its company.
/// </summary>
/// <remarks>Not safe for use from several threads; steps 1 to 4 of the loop, of which <see cref="UnclipDecoder"/> has the rest.</remarks>
public sealed class UnclipEncoder(EncoderNetworks networks, INoiseSource noise, TimeProvider time, StageTimings timings)
    : IStepEngine<EncodeRequest, EncodedPrompt>
{
    private readonly StepBatcher _prior = new(networks.Prior, networks.PriorSlots, noise, time);
    private readonly List<Sample> _waiting = [];
    private readonly List<EncodedPrompt> _ended = [];
    private TextEncoding? _empty;

    /// <summary>Prompts under way.</summary>
    public int Occupied { get; private set; }

    /// <summary>Free places of the prior: while there is one, another prompt is worth its text encoding.</summary>
    public int FreeSlots => Math.Max(0, _prior.Slots - _prior.Occupied - _waiting.Count);

    /// <summary>Encodes a prompt and samples its candidates, with nothing else under way; equal requests give equal arrays.</summary>
    /// <exception cref="RefusedRequestException">A prompt is longer than the model reads, or a number is outside its range.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; within one step.</exception>
    /// <exception cref="TimeoutException">The deadline passed.</exception>
    public IReadOnlyList<Conditioning> Encode(EncodeRequest request, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, request.Cancellation);
        try
        {
            Add(request with { Cancellation = stop.Token });
            IReadOnlyList<EncodedPrompt> left = Step();
            while (left.Count == 0)
            {
                left = Step();
            }

            return left[0].End switch
            {
                SampleEnd.Completed => left[0].Conditionings,
                SampleEnd.Cancelled => throw new OperationCanceledException(cancellation),
                SampleEnd.NotFinite => throw left[0].Refusal!,
                _ => throw new TimeoutException("The deadline passed before the prior was done."),
            };
        }
        finally
        {
            stop.Cancel();
            while (Occupied > 0)
            {
                Step(); // empties the slots; nothing is run for cancelled samples
            }
        }
    }

    /// <summary>Takes up a prompt: its text is encoded at once, its candidates join the prior's batch as slots become free.</summary>
    /// <exception cref="RefusedRequestException">A prompt is longer than the model reads, or a number is outside its range.</exception>
    public void Add(EncodeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Candidates, 1);
        BlendCheck.Check(request, networks);
        Guidance.Check(request.PriorGuidance, "prior guidance");
        Guidance.Check(request.Guidance, "guidance");
        AdapterCheck.Check(request.Adapter, networks.Adapters);
        IScheduler plan = SchedulerFactory.CreateFor(networks.PriorScheduler, request.PriorSteps, "prior");

        long started = timings.Start();
        TextEncoding text = EncodeText(request.Prompt, "prompt", request.Adapter);
        TextEncoding? unconditional = request.Guided ? EncodeText(request.NegativePrompt, "negative prompt", request.Adapter) : null;
        TextEncoding?[] parts = [.. request.Parts.Select(part => part.Prompt is { } words ? EncodeText(words, "prompt of a part", request.Adapter) : null), .. EncodeStyle(request.Style, request.Adapter)];
        timings.Stop(PipelineStage.TextEncoder, started);

        var prompt = new PromptUnderWay(request, plan, networks, new(text, unconditional, parts));
        Sample[] begun = [.. Enumerable.Range(0, request.Candidates).SelectMany(index => prompt.Begin(index, noise))]; // all of them or none
        _waiting.AddRange(begun);
        Occupied++;
    }

    /// <summary>One step of the prior for all candidates that have a slot.</summary>
    /// <returns>The prompts that left; the list is reused by the next call.</returns>
    public IReadOnlyList<EncodedPrompt> Step()
    {
        _ended.Clear();
        if (Occupied == 0)
        {
            return _ended;
        }

        // 3. prior: the candidates of all prompts as one batch, two rows each under guidance
        long started = timings.Start();
        TakeUpWaiting(time.GetUtcNow());
        foreach (Sample sample in _prior.Step())
        {
            Leave(sample, sample.End!.Value);
        }

        timings.Stop(PipelineStage.Prior, started);
        return _ended;
    }

    private TextEncoding[] EncodeStyle(StyleShift? style, string? adapter) =>
        style is null ? [] : [EncodeText(style.Towards, "prompt of the style", adapter), EncodeText(style.From, "prompt that the style is told from", adapter)];

    private TextEncoding EncodeText(string text, string what, string? adapter)
    {
        if (text.Length == 0 && adapter is null && _empty is not null)
        {
            return _empty;
        }

        // 1. tokenise
        int length = networks.Tokenizer.MaxLength;
        long[] inputIds = new long[length]; // (77)
        bool[] mask = new bool[length]; // (77)
        int count = networks.Tokenizer.Pad(text, inputIds, mask);
        if (count > length)
        {
            throw new RefusedRequestException(RequestProblem.PromptTooLong, $"The {what} has {count - 2} tokens; the model reads at most {length - 2}.");
        }

        // 2. text encoder: one prompt at a time, so that a prompt's states do not depend on its company
        var encoding = new TextEncoding(new float[networks.EmbeddingLength], new float[networks.StatesLength], mask); // (D), (77, E)
        networks.TextEncoder(inputIds, encoding.Embedding, encoding.States, adapter);
        if (!FiniteNumbers.Are(encoding.Embedding) || !FiniteNumbers.Are(encoding.States))
        {
            throw RefusedRequestException.NotFinite("text encoder");
        }

        if (text.Length == 0 && adapter is null)
        {
            _empty = encoding;
        }

        return encoding;
    }

    private void TakeUpWaiting(DateTimeOffset now)
    {
        for (int next = 0; next < _waiting.Count;)
        {
            Sample sample = _waiting[next];
            if (_prior.Occupied < _prior.Slots)
            {
                _prior.Add(sample);
            }
            else if (sample.Cancellation.IsCancellationRequested || now >= sample.Deadline)
            {
                Leave(sample, sample.Cancellation.IsCancellationRequested ? SampleEnd.Cancelled : SampleEnd.Expired);
            }
            else
            {
                next++;
                continue;
            }

            _waiting.RemoveAt(next);
        }
    }

    private void Leave(Sample sample, SampleEnd end)
    {
        PromptUnderWay prompt = ((PriorWork)sample.Owner!).Prompt;
        if (prompt.Leave(sample, end, noise) is { } next)
        {
            _waiting.Add(next);
        }

        if (!prompt.HasLeft)
        {
            return;
        }

        Occupied--;
        _ended.Add(prompt.Finish());
    }
}
