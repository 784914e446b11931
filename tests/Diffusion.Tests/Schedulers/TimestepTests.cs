using System.Text.Json.Nodes;
using Limner.Diffusion.Schedulers;

namespace Limner.Diffusion.Tests.Schedulers;

public sealed class TimestepTests
{
    public static TheoryData<string> Cases => [.. SchedulerReference.InScope("timesteps_only").Select(SchedulerReference.Title)];

    [Fact]
    public void The_reference_has_cases_of_every_class_in_scope() => Assert.Equal(96, Cases.Count);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Timesteps_are_exactly_the_reference(string title)
    {
        JsonObject entry = SchedulerReference.InScope("timesteps_only").Single(candidate => SchedulerReference.Title(candidate) == title);
        (SchedulerConfig config, int steps) = (SchedulerReference.Config(entry), (int)entry["num_inference_steps"]!);
        if (entry["error"] is not null)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => SchedulerFactory.Create(config, steps));
            return;
        }

        double[] expected = [.. entry["timesteps"]!.AsArray().Select(t => (double)t!)];
        if (expected[0] >= config.TrainTimesteps)
        {
            // The original lists a timestep that its own step() cannot look up; the plan says so when it is made.
            ArgumentOutOfRangeException refusal = Assert.Throws<ArgumentOutOfRangeException>(() => SchedulerFactory.Create(config, steps));
            Assert.Contains("steps_offset", refusal.Message, StringComparison.Ordinal);
            Assert.Equal(expected, Timesteps.Discrete(config, steps).Select(t => (double)t));
            return;
        }

        if (config.Kind == SchedulerKind.EulerDiscrete)
        {
            Assert.Equal(expected, EulerScheduler.Levels(config, steps).Timesteps);
        }

        IScheduler plan = SchedulerFactory.Create(config, steps);
        Assert.Equal(expected.Select(t => (float)t), Enumerable.Range(0, plan.StepCount).Select(plan.Timestep));
    }

    [Fact]
    public void Euler_noise_levels_are_the_reference()
    {
        foreach (JsonObject? run in SchedulerReference.InScope("runs").Where(run => run["sigmas"] is not null))
        {
            (double[] timesteps, float[] sigmas) = EulerScheduler.Levels(SchedulerReference.Config(run), (int)run["num_inference_steps"]!);
            Assert.Equal([.. run["timesteps"]!.AsArray().Select(t => (double)t!)], timesteps);
            Assert.Equal(SchedulerReference.Floats(run["sigmas"]!), sigmas);
        }
    }
}
