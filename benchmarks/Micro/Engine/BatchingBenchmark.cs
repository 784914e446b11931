using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;
using Limner.Inference;

namespace Limner.Micro.Engine;

/// <summary>Eight requests with prompts, seeds and step counts of their own that arrive at random: through eight slots, and one at a time.</summary>
/// <param name="Side">Rows and columns of the pictures.</param>
/// <param name="MeanGap">Mean seconds between arrivals.</param>
/// <param name="Batched">Seconds from the first arrival to the last picture.</param>
/// <param name="OneByOne">The same one at a time.</param>
/// <param name="BatchedLatency">Mean seconds from a request's arrival to its picture.</param>
/// <param name="OneByOneLatency">The same one at a time.</param>
/// <param name="Speedup">Throughput of the batch to that of one at a time, pair by pair.</param>
/// <param name="SamePictures">Whether both ways drew the same bytes.</param>
internal sealed record BatchingBenchmark(
    int Side, double MeanGap, Spread Batched, Spread OneByOne, Spread BatchedLatency, Spread OneByOneLatency, Spread Speedup, bool SamePictures)
{
    public const int Requests = 8;

    private static readonly string[] Prompts =
        ["a red circle", "two blue squares", "a green tree", "a yellow fish above a red boat", "three purple stars", "an orange house", "a small white moon", "a black cat"];

    /// <summary>At the size that the decoder makes, where only the batch counts, and at full size, where the upsamplers count as well.</summary>
    public static IReadOnlyList<BatchingBenchmark> Measure(BenchmarkOptions options, TimeProvider time)
    {
        using UnclipModel model = ModelFolder.Load(options.Model, new ExecutionOptions { Provider = ExecutionProvider.Cpu }, slots: new() { Decoder = Requests });
        var timings = new StageTimings(time);
        var encoder = new UnclipEncoder(model.Encoder!, new SeededNoiseSource(), time, timings);
        var decoder = new UnclipDecoder(model.Decoder!, new SeededNoiseSource(), time, timings);
        Conditioning[] conditionings = Prompts.Select(prompt => Encode(encoder, model.Defaults, prompt)).ToArray();
        int smallest = (model.Decoder!.Autoencoder?.Image ?? model.Decoder.DecoderShape).Height;
        return
        [
            Measure(decoder, model.Defaults, conditionings, smallest, options.Rounds(5), time),
            .. options.Quick ? [] : new[] { Measure(decoder, model.Defaults, conditionings, decoder.LargestSize, rounds: 2, time) },
        ];
    }

    private static BatchingBenchmark Measure(
        UnclipDecoder decoder, UnclipDefaults defaults, Conditioning[] conditionings, int side, int rounds, TimeProvider time)
    {
        var chance = new Random(8);
        DecodeRequest Request(Conditioning conditioning, int number) => new()
        {
            Conditioning = conditioning,
            Seed = (ulong)chance.Next(),
            Candidate = number,
            DecoderSteps = Math.Max(2, defaults.DecoderSteps * chance.Next(75, 126) / 100),
            SuperResSteps = defaults.SuperResSteps,
            SuperResSecondSteps = defaults.SuperResSecondSteps,
            Guidance = defaults.Guidance,
            Size = side,
        };
        DecodeRequest[] requests = conditionings.Select(Request).ToArray();

        // All at once: compiles and fills every buffer; then one alone, whose time sets the pace of the arrivals.
        new RandomArrivals(decoder, requests, new double[Requests], time).Serve(Requests);
        double alone = new RandomArrivals(decoder, [requests[0]], [0], time).Serve(1).Makespan;
        double gap = alone / 2;
        double[] arrivals = new double[Requests];
        for (int i = 1; i < Requests; i++)
        {
            arrivals[i] = arrivals[i - 1] - (gap * Math.Log(1 - chance.NextDouble())); // a Poisson process
        }

        var load = new RandomArrivals(decoder, requests, arrivals, time);
        var pairs = new List<((double Makespan, double MeanLatency, string[] Pictures) Batched, (double Makespan, double MeanLatency, string[] Pictures) OneByOne)>();
        for (int round = 0; round < rounds; round++)
        {
            pairs.Add((load.Serve(Requests), load.Serve(1)));
        }

        return new(
            side, gap, Spread.Of(pairs.Select(pair => pair.Batched.Makespan)), Spread.Of(pairs.Select(pair => pair.OneByOne.Makespan)),
            Spread.Of(pairs.Select(pair => pair.Batched.MeanLatency)), Spread.Of(pairs.Select(pair => pair.OneByOne.MeanLatency)),
            Spread.Of(pairs.Select(pair => pair.OneByOne.Makespan / pair.Batched.Makespan)),
            pairs.All(pair => pair.Batched.Pictures.SequenceEqual(pair.OneByOne.Pictures)));
    }

    private static Conditioning Encode(UnclipEncoder encoder, UnclipDefaults defaults, string prompt) => encoder.Encode(new EncodeRequest
    {
        Prompt = prompt,
        PriorSteps = defaults.PriorSteps,
        PriorGuidance = defaults.PriorGuidance,
        Guidance = defaults.Guidance,
    })[0];
}
