using Limner.Diffusion.Noise;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Schedulers;
using Limner.Diffusion.Tests.Schedulers;

namespace Limner.Diffusion.Tests.Sampling;

/// <summary>Steps that are done several times, for what is new to suit what is known.</summary>
public sealed class ResamplingTests
{
    private const int Steps = 5;
    private const int Length = 8;

    private static readonly NoiseKey Key = new(7, 1, Stage.Decoder, 0);

    private readonly List<NoiseKey> _drawn = [];

    [Fact]
    public void A_step_done_once_draws_the_noise_that_its_number_names()
    {
        Run(SolverAlgorithm.SdeDpmSolverPlusPlus, resamplings: 1);
        Assert.Equal([.. Enumerable.Range(0, Steps).Select(step => Key with { Step = step })], DrawnInSteps());
    }

    [Fact]
    public void A_step_done_again_draws_new_noise_each_time()
    {
        Run(SolverAlgorithm.SdeDpmSolverPlusPlus, resamplings: 3);
        Assert.Equal(((Steps - 1) * (3 + 2)) + 1, DrawnInSteps().Length); // each try's own and, between two of them, that of going back; the last step is done once
        Assert.Equal(DrawnInSteps().Distinct(), DrawnInSteps());
        Assert.All(Enumerable.Range(0, Steps), step => Assert.Contains(Key with { Step = step }, DrawnInSteps()));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Each_try_of_a_step_remembers_the_steps_before_it_and_no_other_try(int order)
    {
        WatchedPlan plan = Run(SolverAlgorithm.DpmSolverPlusPlus, resamplings: 3, order);
        Assert.Equal([.. Enumerable.Range(0, Steps - 1).SelectMany(step => Enumerable.Repeat(step, 3)), Steps - 1], plan.Done.Select(done => done.Step));
        foreach (IGrouping<int, (int Step, float[] Before, float[] After)> tries in plan.Done.GroupBy(done => done.Step))
        {
            Assert.All(tries, done => Assert.Equal(tries.First().Before, done.Before));
        }

        foreach (((int Step, float[] Before, float[] After) last, (int Step, float[] Before, float[] After) next) in plan.Done.Zip(plan.Done.Skip(1)).Where(pair => pair.First.Step != pair.Second.Step))
        {
            Assert.Equal(last.After, next.Before);
            Assert.NotEqual(last.Before, last.After);
        }
    }

    private NoiseKey[] DrawnInSteps() => [.. _drawn.Where(key => key.Step != NoiseKey.InitialStep)];

    private WatchedPlan Run(SolverAlgorithm algorithm, int resamplings, int order = 2)
    {
        var plan = new WatchedPlan(SchedulerFactory.Create(new() { Kind = SchedulerKind.DpmSolverMultistep, Algorithm = algorithm, SolverOrder = order }, Steps));
        var noise = new WatchedNoise(_drawn);
        var sample = new Sample
        {
            Plan = plan,
            Latents = new float[Length],
            History = new float[plan.HistoryLength(Length)],
            Conditional = new(),
            Key = Key,
            Known = new(Enumerable.Repeat(0.5f, Length).ToArray(), new float[] { 1, 0 }, resamplings),
        };
        sample.DrawInitialNoise(noise);
        var batcher = new StepBatcher(new StandInDenoiser(), 1, noise, TimeProvider.System);
        batcher.Add(sample);
        while (batcher.Occupied > 0)
        {
            batcher.Step();
        }

        Assert.Equal(SampleEnd.Completed, sample.End);
        return plan;
    }

    private sealed class WatchedNoise(List<NoiseKey> drawn) : INoiseSource
    {
        public void Fill(NoiseKey key, Span<float> destination)
        {
            drawn.Add(key);
            SeededNoise.FillGaussian(key, destination);
        }
    }

    private sealed class StandInDenoiser : IDenoiser
    {
        private readonly float[] _sample = new float[Length];
        private readonly float[] _output = new float[Length];
        private float _timestep;

        public int Capacity => 1;

        public bool TimestepPerRow => true;

        public int SampleLength => Length;

        public int OutputLength => Length;

        public Span<float> Sample(int row) => _sample;

        public void Condition(int row, RowConditioning conditioning)
        {
        }

        public void SetTimestep(int row, float timestep) => _timestep = timestep;

        public void Run(int rows, string? adapter = null) => StandInModel.Run(_sample, _timestep, _output);

        public ReadOnlySpan<float> Output(int row) => _output;
    }

    /// <summary>A plan, and what it remembered before and after each step.</summary>
    private sealed class WatchedPlan(IScheduler plan) : IScheduler
    {
        public List<(int Step, float[] Before, float[] After)> Done { get; } = [];

        public int StepCount => plan.StepCount;

        public float InitNoiseSigma => plan.InitNoiseSigma;

        public float Timestep(int step) => plan.Timestep(step);

        public NoiseLevel Level(int step) => plan.Level(step);

        public bool NeedsNoise(int step) => plan.NeedsNoise(step);

        public int HistoryLength(int sampleLength) => plan.HistoryLength(sampleLength);

        public void ScaleModelInput(int step, ReadOnlySpan<float> sample, Span<float> scaled) => plan.ScaleModelInput(step, sample, scaled);

        public void Step(int step, ReadOnlySpan<float> modelOutput, ReadOnlySpan<float> noise, Span<float> sample, Span<float> history)
        {
            float[] before = history.ToArray();
            plan.Step(step, modelOutput, noise, sample, history);
            Done.Add((step, before, history.ToArray()));
        }

        public void PredictClean(int step, ReadOnlySpan<float> modelOutput, ReadOnlySpan<float> sample, Span<float> clean) => plan.PredictClean(step, modelOutput, sample, clean);
    }
}
