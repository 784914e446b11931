using Limner.Diffusion.Schedulers;

namespace Limner.Diffusion.Tests.Schedulers;

/// <summary>What every plan promises, whatever its rule.</summary>
public sealed class SchedulerPlanTests
{
    private static readonly Dictionary<string, SchedulerConfig> Configs = new()
    {
        ["unclip fixed"] = new()
        {
            Kind = SchedulerKind.UnClip,
            BetaSchedule = BetaSchedule.SquaredCosCapV2,
            VarianceType = VarianceType.FixedSmallLog,
        },
        ["unclip learned"] = new()
        {
            Kind = SchedulerKind.UnClip,
            BetaSchedule = BetaSchedule.SquaredCosCapV2,
            VarianceType = VarianceType.LearnedRange,
        },
        ["ddpm"] = new() { Kind = SchedulerKind.Ddpm },
        ["ddim"] = new() { Kind = SchedulerKind.Ddim, Eta = 0.5f },
        ["dpm 1"] = new() { Kind = SchedulerKind.DpmSolverMultistep, SolverOrder = 1 },
        ["dpm 2"] = new() { Kind = SchedulerKind.DpmSolverMultistep, SolverOrder = 2 },
        ["dpm 3"] = new() { Kind = SchedulerKind.DpmSolverMultistep, SolverOrder = 3 },
        ["sde"] = new() { Kind = SchedulerKind.DpmSolverMultistep, Algorithm = SolverAlgorithm.SdeDpmSolverPlusPlus },
        ["euler"] = new() { Kind = SchedulerKind.EulerDiscrete },
    };

    public static TheoryData<string> Names => [.. Configs.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Neither_length_nor_alignment_changes_a_bit(string name)
    {
        IScheduler plan = SchedulerFactory.Create(Configs[name], 10);
        float[] whole = Run(plan, Configs[name], first: 0, length: 67, padding: 0);
        foreach ((int first, int length) in new[] { (0, 1), (0, 7), (3, 8), (5, 33), (66, 1) })
        {
            Assert.Equal(whole[first..(first + length)], Run(plan, Configs[name], first, length, padding: 3));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_step_allocates_nothing(string name)
    {
        IScheduler plan = SchedulerFactory.Create(Configs[name], 10);
        (float[] output, float[] noise, float[] sample) = (new float[2 * 67], new float[67], new float[67]);
        Span<float> modelOutput = output.AsSpan(0, name == "unclip learned" ? 134 : 67);
        float[] history = new float[plan.HistoryLength(67)];
        for (int round = 0; round < 3; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            plan.ScaleModelInput(round, sample, noise);
            plan.Step(round, modelOutput, noise, sample, history);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(round == 0 || allocated == 0, $"{allocated} bytes");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Steps_and_lengths_outside_the_plan_are_refused(string name)
    {
        IScheduler plan = SchedulerFactory.Create(Configs[name], 10);
        foreach (int step in new[] { -1, 10 })
        {
            Assert.Contains("steps 0 to 9", Assert.Throws<ArgumentOutOfRangeException>(() => plan.Timestep(step)).Message, StringComparison.Ordinal);
            Assert.Throws<ArgumentOutOfRangeException>(() => plan.NeedsNoise(step));
            Assert.Throws<ArgumentOutOfRangeException>(
                () => plan.Step(step, new float[8], new float[4], new float[4], new float[plan.HistoryLength(4)]));
        }

        Assert.Throws<ArgumentException>(() => plan.Step(0, new float[3], new float[4], new float[4], new float[plan.HistoryLength(4)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => SchedulerFactory.Create(Configs[name], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => SchedulerFactory.Create(Configs[name], 1001));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(30)]
    [InlineData(350)]
    public void A_step_leaves_as_much_noise_as_the_network_is_told_of_next(int steps)
    {
        var config = new SchedulerConfig { Kind = SchedulerKind.Ddim, BetaSchedule = BetaSchedule.SquaredCosCapV2, TimestepSpacing = TimestepSpacing.Trailing, ClipSample = false, PredictionType = PredictionType.Epsilon, SetAlphaToOne = true };
        IScheduler plan = SchedulerFactory.Create(config, steps);
        for (int step = 0; step < plan.StepCount; step++)
        {
            (NoiseLevel now, NoiseLevel next) = (plan.Level(step), plan.Level(step + 1));
            float[] sample = [(now.Signal * 0.5f) + (now.Noise * 0.25f)];
            plan.Step(step, [0.25f], new float[1], sample, new float[plan.HistoryLength(1)]);
            Assert.Equal((next.Signal * 0.5f) + (next.Noise * 0.25f), sample[0], 1e-3f);
        }
    }

    // diffusers since 0.26, which the reference predates: the last step's result is the predicted clean sample itself.
    [Fact]
    public void A_solver_that_ends_at_the_clean_sample_returns_it()
    {
        SchedulerConfig config = Configs["dpm 2"] with { EndAtClean = true, PredictionType = PredictionType.Sample };
        IScheduler plan = SchedulerFactory.Create(config, 20);
        float[] clean = [0.25f, -1.5f, 3f];
        float[] sample = new float[] { 9, 9, 9 };
        plan.Step(19, clean, [], sample, new float[3]);
        Assert.Equal(clean, sample);
    }

    [Fact]
    public void Clipping_lambda_leaves_out_the_noisiest_timesteps()
    {
        SchedulerConfig config = Configs["dpm 2"] with { BetaSchedule = BetaSchedule.SquaredCosCapV2, TimestepSpacing = TimestepSpacing.Linspace };
        Assert.Equal(999, SchedulerFactory.Create(config, 20).Timestep(0));

        // Half log SNR -5.1 is ᾱ = 1 / (1 + e^10.2); the cosine schedule falls below it after timestep 995.
        Assert.Equal(995, SchedulerFactory.Create(config with { LambdaMinClipped = -5.1 }, 20).Timestep(0));
    }

    private static float[] Run(IScheduler plan, SchedulerConfig config, int first, int length, int padding)
    {
        float[] Make(Func<int, float> value) =>
            [.. Enumerable.Repeat(0f, padding), .. Enumerable.Range(first, length).Select(i => value(i))];
        float[] sample = Make(i => MathF.Sin(i));
        float[] history = new float[plan.HistoryLength(length)];
        for (int step = 0; step < plan.StepCount; step++)
        {
            float[] output = Make(i => MathF.Cos(i + step)).AsSpan(padding).ToArray();
            if (config.VarianceType == VarianceType.LearnedRange)
            {
                output = [.. output, .. Make(i => MathF.Cos(2 * i)).AsSpan(padding)];
            }

            plan.Step(step, output, Make(i => MathF.Sin(i * i)).AsSpan(padding), sample.AsSpan(padding), history);
        }

        return sample[padding..];
    }
}
