using System.Text.Json.Nodes;
using Limner.Diffusion.Schedulers;

namespace Limner.Diffusion.Tests.Schedulers;

/// <summary>Every run of the reference: each step on its own, then free-running with the reference's stand-in for a model.</summary>
public sealed class SchedulerRunTests(ITestOutputHelper output)
{
    private const double Tolerance = 1e-6;

    public static TheoryData<string> Runs => [.. SchedulerReference.InScope("runs").Select(SchedulerReference.Title)];

    [Fact]
    public void Every_class_in_the_reference_is_run_or_named_as_out_of_scope()
    {
        IEnumerable<string> classes = SchedulerReference.Root["runs"]!.AsArray().Select(run => (string)run!["class"]!).Distinct();
        Assert.Equal(
            ["DDIMScheduler", "DDPMScheduler", "DPMSolverMultistepScheduler", "EulerDiscreteScheduler", "UnCLIPScheduler"],
            classes.Except(SchedulerReference.OutOfScope).Order(StringComparer.Ordinal));
        Assert.Equal(43 + 2, Runs.Count);
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Each_step_alone_gives_the_reference_sample(string title)
    {
        (JsonObject run, IScheduler plan) = Find(title);
        float[] history = new float[plan.HistoryLength(SchedulerReference.InitNoise.Length)];
        double worst = 0.0;
        foreach ((int step, JsonObject expected) in Steps(run))
        {
            Assert.Equal((float)expected["t"]!, plan.Timestep(step));
            float[] sample = SchedulerReference.Floats(expected["sample_in"]!);
            float[] noise = Noise(expected);
            Assert.Equal(ReadsNoise(run, expected), plan.NeedsNoise(step));
            if (expected["scaled_model_input"] is { } scaledReference)
            {
                float[] scaled = new float[sample.Length];
                plan.ScaleModelInput(step, sample, scaled);
                worst = Math.Max(worst, Parity.LargestError(scaled, SchedulerReference.Floats(scaledReference), sample));
            }

            float[] before = sample.ToArray();
            plan.Step(step, SchedulerReference.Floats(expected["model_output"]!), noise, sample, history);
            worst = Math.Max(worst, Parity.LargestError(sample, SchedulerReference.Floats(expected["sample_out"]!), before));
        }

        output.WriteLine($"{title}: largest error {worst:E2}");
        Assert.True(worst <= Tolerance, $"{title}: {worst:E2} exceeds {Tolerance:E0}");
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void A_free_run_ends_at_the_reference_sample(string title)
    {
        (JsonObject run, IScheduler plan) = Find(title);
        Assert.Equal((int)run["n_model_calls"]!, plan.StepCount);
        Assert.Equal((float)run["init_noise_sigma"]!, plan.InitNoiseSigma);
        int channels = (int)run["model_output_channels"]!;
        float[] sample = Array.ConvertAll(SchedulerReference.InitNoise, value => value * plan.InitNoiseSigma);
        (float[] scaled, float[] model) = (new float[sample.Length], new float[sample.Length * channels / 3]);
        float[] history = new float[plan.HistoryLength(sample.Length)];
        Array.Fill(history, float.NaN);
        double worst = 0.0;
        foreach ((int step, JsonObject expected) in Steps(run))
        {
            plan.ScaleModelInput(step, sample, scaled);
            StandInModel.Run(scaled, (double)expected["t"]!, model);
            float[] before = sample.ToArray();
            plan.Step(step, model, Noise(expected), sample, history);
            worst = Math.Max(worst, Parity.LargestError(sample, SchedulerReference.Floats(expected["sample_out"]!), before));
        }

        output.WriteLine($"{title}: largest error {worst:E2}");
        Assert.True(worst <= Tolerance, $"{title}: {worst:E2} exceeds {Tolerance:E0}");
    }

    private static (JsonObject Run, IScheduler Plan) Find(string title)
    {
        JsonObject run = SchedulerReference.InScope("runs").Single(candidate => SchedulerReference.Title(candidate) == title);
        return (run, SchedulerFactory.Create(SchedulerReference.Config(run), (int)run["num_inference_steps"]!));
    }

    private static IEnumerable<(int Step, JsonObject Expected)> Steps(JsonObject run) =>
        run["steps"]!.AsArray().Select((step, i) => (i, step!.AsObject()));

    private static float[] Noise(JsonObject step) => step["noise_index"] is { } index ? SchedulerReference.NoisePool[(int)index] : [];

    // Euler draws noise in the original and multiplies it by zero churn; its plan does not ask for any.
    private static bool ReadsNoise(JsonObject run, JsonObject step) =>
        step["noise_index"] is not null && (string)run["class"]! != "EulerDiscreteScheduler";
}
