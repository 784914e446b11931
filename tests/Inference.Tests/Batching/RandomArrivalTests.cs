using Limner.Diffusion.Noise;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Schedulers;

namespace Limner.Inference.Tests.Batching;

/// <summary>Samples that join at random times give the bits that each gives alone.</summary>
public sealed class RandomArrivalTests(ITestOutputHelper output)
{
    private const int Samples = 10;

    public static TheoryData<string, string> Networks => new()
    {
        { TestModel.Reference, "prior" }, { TestModel.Reference, "decoder" }, { TestModel.Reference, "super_res_first" },
        { TestModel.Latent, "prior" }, { TestModel.Latent, "decoder" }, { TestModel.Latent, "super_res_first" }, { TestModel.Latent, "super_res_second" },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Samples_are_the_same_alone_and_in_random_company(string folder, string name)
    {
        using UnclipModel model = ModelFolder.Load(folder, TestModel.Cpu, slots: new() { SuperResolution = 4, Decoder = 4, Prior = 4 });
        IDenoiser network = TestRows.Network(model, name);
        var scheduler = SchedulerConfig.Load(Path.Combine(folder, $"{name.Replace("_first", "", StringComparison.Ordinal)}_scheduler", "scheduler_config.json"));
        var noise = new SeededNoiseSource();

        float[][] alone = Enumerable.Range(0, Samples).Select(number =>
        {
            var batcher = new StepBatcher(network, 1, noise, TimeProvider.System);
            Sample sample = Make(model, name, scheduler, number, network.SampleLength);
            batcher.Add(sample);
            while (batcher.Occupied > 0)
            {
                batcher.Step();
            }

            Assert.Equal(SampleEnd.Completed, sample.End);
            return sample.Latents.ToArray();
        }).ToArray();

        var random = new Random(7);
        var together = new StepBatcher(network, 4, noise, TimeProvider.System);
        int[] order = Enumerable.Range(0, Samples).ToArray();
        random.Shuffle(order);
        (Sample[] samples, Queue<int> waiting, int fullest) = (new Sample[Samples], new Queue<int>(order), 0);
        while (waiting.Count > 0 || together.Occupied > 0)
        {
            while (waiting.Count > 0 && together.Occupied < together.Slots && random.Next(3) == 0)
            {
                together.Add(samples[waiting.Peek()] = Make(model, name, scheduler, waiting.Dequeue(), network.SampleLength));
            }

            fullest = Math.Max(fullest, together.Occupied);
            together.Step();
        }

        output.WriteLine($"{Path.GetFileName(folder)} {name}: {Samples} samples, up to {fullest} at a time");
        Assert.InRange(fullest, 2, 4);
        for (int number = 0; number < Samples; number++)
        {
            Assert.Equal(Bits(alone[number]), Bits(samples[number].Latents.Span));
        }
    }

    // Step counts, guidance and conditioning differ from sample to sample; every third has no guidance.
    private static Sample Make(UnclipModel model, string name, SchedulerConfig scheduler, int number, int length)
    {
        IScheduler plan = SchedulerFactory.Create(scheduler, 3 + (number % 4));
        bool guided = name is "prior" or "decoder" && number % 3 != 0;
        var sample = new Sample
        {
            Plan = plan,
            Latents = new float[length],
            History = new float[plan.HistoryLength(length)],
            Conditional = TestRows.Conditioning(model, name, number),
            Unconditional = guided ? TestRows.Conditioning(model, name, 100 + number) : null,
            Guidance = 1.5f + number,
            Key = new NoiseKey((ulong)number, number % 3, Stage.Decoder, 0),
        };
        sample.DrawInitialNoise(new SeededNoiseSource());
        return sample;
    }

    private static string Bits(ReadOnlySpan<float> values) =>
        Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values)));
}
