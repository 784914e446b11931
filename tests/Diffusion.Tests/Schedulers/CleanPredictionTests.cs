using System.Text.Json.Nodes;
using Limner.Diffusion.Schedulers;

namespace Limner.Diffusion.Tests.Schedulers;

/// <summary>What a step predicts of the clean sample, beside what the reference does with it.</summary>
public sealed class CleanPredictionTests
{
    public static TheoryData<string> Runs => [.. SchedulerReference.InScope("runs").Select(SchedulerReference.Title)];

    /// <summary>A last step that leaves no noise leaves the prediction; a multistep solver remembers it at every step.</summary>
    [Theory]
    [MemberData(nameof(Runs))]
    public void It_is_what_the_solver_remembers_or_ends_with(string title)
    {
        JsonObject run = SchedulerReference.InScope("runs").Single(candidate => SchedulerReference.Title(candidate) == title);
        SchedulerConfig config = SchedulerReference.Config(run);
        IScheduler plan = SchedulerFactory.Create(config, (int)run["num_inference_steps"]!);
        JsonObject[] steps = run["steps"]!.AsArray().Select(step => step!.AsObject()).ToArray();
        int length = SchedulerReference.InitNoise.Length;
        float[] history = new float[plan.HistoryLength(length)];
        for (int step = 0; step < steps.Length; step++)
        {
            (float[] sample, float[] output) = (SchedulerReference.Floats(steps[step]["sample_in"]!), SchedulerReference.Floats(steps[step]["model_output"]!));
            float[] clean = new float[length];
            plan.PredictClean(step, output, sample, clean);
            Assert.All(clean, value => Assert.True(float.IsFinite(value)));
            if (history.Length > 0)
            {
                plan.Step(step, output, Noise(steps[step]), sample, history);
                Assert.Equal(clean, history.AsSpan(step % (history.Length / length) * length, length).ToArray());
            }
            else if (step == steps.Length - 1 && EndsClean(config, plan))
            {
                // In float32 the ancestral schedulers' last weight, β_0 / (1 - ᾱ_0), misses one by up to a hundredth.
                Assert.InRange(Parity.LargestError(clean, SchedulerReference.Floats(steps[step]["sample_out"]!), sample), 0, plan is AncestralScheduler ? 0.01 : 1e-6);
            }
        }
    }

    private static bool EndsClean(SchedulerConfig config, IScheduler plan) => plan switch
    {
        DdimScheduler => config.SetAlphaToOne,
        EulerScheduler => true,
        _ => plan.Timestep(plan.StepCount - 1) == 0,
    };

    private static float[] Noise(JsonObject step) => step["noise_index"] is { } index ? SchedulerReference.NoisePool[(int)index] : [];
}
