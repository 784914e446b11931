using Limner.Diffusion.Editing;
using Limner.Diffusion.Noise;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;

namespace Limner.Inference.Tests.Pipeline;

/// <summary>The encoder half as a worker drives it: prompts of different jobs share the prior's steps.</summary>
public sealed class ContinuousEncodingTests : IDisposable
{
    private readonly UnclipModel _model = ModelFolder.Load(TestModel.Latent, TestModel.Cpu, ModelParts.Encoder, new() { Prior = 3 });
    private readonly FixedTime _time = new();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Prompts_that_join_at_random_give_the_bits_that_each_gives_alone()
    {
        EncodeRequest[] requests = [.. Enumerable.Range(0, 7).Select(Request)];
        UnclipEncoder alone = Encoder();
        string[][] expected = requests.Select(request => alone.Encode(request, TestContext.Current.CancellationToken).Select(Bytes).ToArray()).ToArray();

        UnclipEncoder encoder = Encoder();
        var random = new Random(5);
        (int next, int sharedSteps, List<EncodedPrompt> ended) = (0, 0, new List<EncodedPrompt>());
        while (next < requests.Length || encoder.Occupied > 0)
        {
            if (next < requests.Length && random.Next(3) == 0)
            {
                encoder.Add(requests[next++]);
            }

            sharedSteps += encoder.Occupied > 1 ? 1 : 0;
            ended.AddRange(encoder.Step());
        }

        Assert.True(sharedSteps > 5, "the prompts did not meet");
        Assert.Equal(requests.Length, ended.Count);
        foreach (EncodedPrompt prompt in ended)
        {
            Assert.Equal(SampleEnd.Completed, prompt.End);
            Assert.Equal(expected[Array.IndexOf(requests, prompt.Request)], prompt.Conditionings.Select(Bytes));
        }
    }

    [Fact]
    public void A_candidate_is_sampled_again_without_those_before_it()
    {
        UnclipEncoder encoder = Encoder();
        IReadOnlyList<Conditioning> all = encoder.Encode(Request(3) with { Candidates = 4 }, TestContext.Current.CancellationToken);
        IReadOnlyList<Conditioning> again = encoder.Encode(Request(3) with { Candidates = 2, FirstCandidate = 2 }, TestContext.Current.CancellationToken);
        Assert.Equal(all.Skip(2).Select(Bytes), again.Select(Bytes));
    }

    [Fact]
    public void Stopped_prompts_leave_at_the_next_step_even_while_their_candidates_wait()
    {
        using var stop = new CancellationTokenSource();
        UnclipEncoder encoder = Encoder();
        encoder.Add(Request(0) with { Candidates = 3, PriorSteps = 9 });
        encoder.Add(Request(1) with { Candidates = 5, Cancellation = stop.Token });
        encoder.Add(Request(2) with { Candidates = 1, Deadline = _time.Now.AddHours(1) });
        Assert.Empty(encoder.Step());
        Assert.Equal(0, encoder.FreeSlots);

        stop.Cancel();
        EncodedPrompt cancelled = Assert.Single(encoder.Step());
        Assert.Equal((SampleEnd.Cancelled, 0), (cancelled.End, cancelled.Conditionings.Count));
        _time.Now += TimeSpan.FromHours(1);
        Assert.Equal(SampleEnd.Expired, Assert.Single(encoder.Step()).End);
        Assert.Equal(1, encoder.Occupied);
    }

    [Fact]
    public void A_prompt_that_cannot_be_begun_leaves_every_place_free()
    {
        var encoder = new UnclipEncoder(Seeing(_ => { }), new NoiseThatEnds(fields: 2), _time, new(_time));
        Assert.Throws<InvalidOperationException>(() => encoder.Add(Request(3) with { Parts = [Picture(0)], Strength = 0.5f }));
        Assert.Equal((0, 3), (encoder.Occupied, encoder.FreeSlots));
    }

    [Fact]
    public void A_picture_is_seen_once_for_all_candidates_and_each_has_the_bits_that_it_has_alone()
    {
        int seen = 0;
        var encoder = new UnclipEncoder(Seeing(_ => seen++), new SeededNoiseSource(), _time, new(_time));
        EncodeRequest[] requests =
        [
            Request(3) with { Parts = [Picture(0)], Strength = 0.5f },
            Request(3) with { Parts = [Picture(0), BlendPart.Of("a horse", 0.5f), Picture(200)], Style = new("a drawing", "a photo") },
        ];
        foreach (EncodeRequest request in requests)
        {
            seen = 0;
            IReadOnlyList<Conditioning> together = encoder.Encode(request, TestContext.Current.CancellationToken);
            Assert.Equal(request.Parts.Count(part => part.Image is not null), seen);
            Assert.Equal(4, together.Select(Bytes).Distinct().Count());
            Assert.Equal(together.Select(Bytes), Enumerable.Range(0, 4).SelectMany(candidate =>
                encoder.Encode(request with { Candidates = 1, FirstCandidate = candidate }, TestContext.Current.CancellationToken)).Select(Bytes));
        }
    }

    private EncoderNetworks Seeing(Action<float> see) => _model.Encoder! with
    {
        ImageEncoder = new((pixels, embedding) =>
        {
            see(pixels[0]);
            for (int i = 0; i < embedding.Length; i++)
            {
                embedding[i] = pixels[0] + MathF.Sin(i);
            }
        }, new(3, 16, 16)),
    };

    private static BlendPart Picture(byte grey) => BlendPart.Of(new SourceImage(64, 64, Enumerable.Repeat(grey, 3 * 64 * 64).ToArray()));

    private UnclipEncoder Encoder() => new(_model.Encoder!, new SeededNoiseSource(), _time, new(_time));

    private static EncodeRequest Request(int number) => new()
    {
        Prompt = $"prompt {number}",
        NegativePrompt = number % 2 == 0 ? "" : "fish",
        Candidates = 1 + (number % 4),
        Seed = (ulong)number,
        PriorSteps = 3 + (number % 3),
        PriorGuidance = number == 2 ? 1 : 2,
        Guidance = number == 2 ? 1 : 3,
    };

    // The digest at the end stands for every bit.
    private static string Bytes(Conditioning conditioning) => Convert.ToHexString(ConditioningFormat.Write(conditioning).AsSpan()[^16..]);

    private sealed class NoiseThatEnds(int fields) : INoiseSource
    {
        private int _left = fields;

        public void Fill(NoiseKey key, Span<float> destination)
        {
            if (--_left < 0)
            {
                throw new InvalidOperationException("There is no more noise.");
            }
        }
    }

    private sealed class FixedTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
