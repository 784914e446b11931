using System.Text.Json.Nodes;
using Limner.Diffusion.Schedulers;

namespace Limner.Diffusion.Tests.Schedulers;

public sealed class NoiseScheduleTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. SchedulerReference.Root["beta_schedules"]!.AsObject().Select(entry => entry.Key)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Betas_and_cumulative_alphas_are_the_reference_to_the_bit(string name)
    {
        JsonObject entry = SchedulerReference.Root["beta_schedules"]![name]!.AsObject();
        bool unclip = name.StartsWith("unclip", StringComparison.Ordinal);
        SchedulerConfig config = SchedulerReference.Config(new JsonObject
        {
            ["class"] = unclip ? "UnCLIPScheduler" : "DDPMScheduler",
            ["config"] = entry["config"]!.DeepClone(),
        });
        var schedule = new NoiseSchedule(config);
        (float[] betas, float[] alphas) = (SchedulerReference.Floats(entry["betas"]!), SchedulerReference.Floats(entry["alphas_cumprod"]!));

        output.WriteLine($"{name}: largest error {Parity.LargestError(schedule.Betas, betas):E2} in the betas, "
            + $"{Parity.LargestError(schedule.CumulativeAlphas, alphas):E2} in the cumulative alphas");
        Assert.Equal(betas, schedule.Betas);
        Assert.Equal(alphas, schedule.CumulativeAlphas);
    }
}
