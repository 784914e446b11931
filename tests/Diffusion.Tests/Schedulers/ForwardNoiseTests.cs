using System.Text.Json.Nodes;
using Limner.Diffusion.Schedulers;

namespace Limner.Diffusion.Tests.Schedulers;

public sealed class ForwardNoiseTests(ITestOutputHelper output)
{
    public static TheoryData<string> Cases => [.. SchedulerReference.InScope("add_noise").Select(SchedulerReference.Title)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Adding_noise_gives_the_reference(string title)
    {
        JsonObject entry = SchedulerReference.InScope("add_noise").Single(candidate => SchedulerReference.Title(candidate) == title);
        float[] noisy = new float[SchedulerReference.InitNoise.Length];
        ForwardNoise.AddNoise(
            SchedulerReference.Config(entry), (int)entry["t"]!, SchedulerReference.InitNoise, SchedulerReference.NoisePool[0], noisy);

        double worst = Parity.LargestError(noisy, SchedulerReference.Floats(entry["out"]!));
        output.WriteLine($"{title}: largest error {worst:E2}");
        Assert.True(worst <= 1e-6, $"{title}: {worst:E2}");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1000)]
    public void A_timestep_that_was_not_trained_is_refused(int timestep)
    {
        var config = new SchedulerConfig { Kind = SchedulerKind.Ddpm };
        ArgumentOutOfRangeException refusal = Assert.Throws<ArgumentOutOfRangeException>(
            () => ForwardNoise.AddNoise(config, timestep, new float[4], new float[4], new float[4]));
        Assert.Contains("0 to 999", refusal.Message, StringComparison.Ordinal);
    }
}
