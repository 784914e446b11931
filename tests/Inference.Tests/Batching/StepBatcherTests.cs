using Limner.Diffusion.Sampling;

namespace Limner.Inference.Tests.Batching;

/// <summary>Who is in the batch, and when samples join and leave.</summary>
public sealed class StepBatcherTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void All_occupied_slots_run_as_one_batch_and_the_finished_leave()
    {
        var network = new AnalyticDenoiser(8, timestepPerRow: true);
        StepBatcher batcher = Batcher(network, 3);
        (Sample brief, Sample guided) = (Make(first: 10, steps: 1), Make(first: 20, steps: 3, guidance: 2));
        batcher.Add(brief);
        batcher.Add(guided);

        Assert.Equal([brief], batcher.Step());
        Assert.Equal(SampleEnd.Completed, brief.End);
        batcher.Add(Make(first: 5, steps: 2));
        Assert.Empty(batcher.Step());
        Assert.Equal(2, batcher.Step().Count);

        Assert.Equal([3, 3, 3], network.Runs.Select(run => run.Rows));
        Assert.Equal(0, batcher.Occupied);
    }

    [Fact]
    public void Guidance_is_uncond_plus_g_times_the_difference()
    {
        StepBatcher batcher = Batcher(new AnalyticDenoiser(2, timestepPerRow: true), 1);
        Sample sample = Make(first: 10, steps: 1, guidance: 3); // uncond 10 + 100, cond 10 + 1
        batcher.Add(sample);
        batcher.Step();
        Assert.Equal(110f + (3 * (11 - 110)), sample.Latents.Span[0]);
    }

    [Theory]
    [InlineData(1f, 1)]
    [InlineData(0.5f, 2)]
    [InlineData(4f, 2)]
    public void A_guidance_of_one_needs_no_unconditional_row(float guidance, int rows)
    {
        var network = new AnalyticDenoiser(2, timestepPerRow: true);
        StepBatcher batcher = Batcher(network, 1);
        batcher.Add(Make(first: 10, steps: 1, guidance));
        batcher.Step();
        Assert.Equal(rows, network.Runs[0].Rows);
    }

    [Fact]
    public void Samples_of_one_adapter_run_together_and_none_waits_for_long()
    {
        var network = new AnalyticDenoiser(8, timestepPerRow: true);
        StepBatcher batcher = Batcher(network, 4);
        foreach (string? adapter in new[] { "red", null, "red", "blue" })
        {
            batcher.Add(Make(first: 10, steps: 2, adapter: adapter));
        }

        for (int step = 0; step < 6; step++)
        {
            batcher.Step();
        }

        Assert.Equal(0, batcher.Occupied);
        Assert.Equal(["red", null, "blue", "red", null, "blue"], network.Adapters);
        Assert.Equal([2, 1, 1, 2, 1, 1], network.Runs.Select(run => run.Rows));
    }

    [Fact]
    public void A_cancelled_sample_leaves_before_the_next_run()
    {
        using var stop = new CancellationTokenSource();
        var network = new AnalyticDenoiser(4, timestepPerRow: true);
        StepBatcher batcher = Batcher(network, 2);
        (Sample cancelled, Sample other) = (Make(first: 10, steps: 5, stop: stop), Make(first: 10, steps: 5));
        batcher.Add(cancelled);
        batcher.Add(other);
        batcher.Step();
        stop.Cancel();

        Assert.Equal([cancelled], batcher.Step());
        Assert.Equal(SampleEnd.Cancelled, cancelled.End);
        Assert.Equal(1, cancelled.Step);
        Assert.Equal([2, 1], network.Runs.Select(run => run.Rows));
        Assert.Equal(2, other.Step);
    }

    [Fact]
    public void An_expired_sample_leaves_before_the_next_run()
    {
        var network = new AnalyticDenoiser(4, timestepPerRow: true);
        StepBatcher batcher = Batcher(network, 2);
        Sample expiring = Make(first: 10, steps: 5, deadline: _time.GetUtcNow().AddSeconds(10));
        batcher.Add(expiring);
        Assert.Empty(batcher.Step());
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal([expiring], batcher.Step());
        Assert.Equal(SampleEnd.Expired, expiring.End);
        Assert.Single(network.Runs);
    }

    [Fact]
    public void A_model_with_one_timestep_batches_equal_ones_and_starves_nobody()
    {
        var network = new AnalyticDenoiser(8, timestepPerRow: false);
        StepBatcher batcher = Batcher(network, 3);
        Sample[] samples = [Make(first: 10, steps: 4), Make(first: 10, steps: 4), Make(first: 99, steps: 4)];
        foreach (Sample sample in samples)
        {
            batcher.Add(sample);
        }

        while (batcher.Occupied > 0)
        {
            batcher.Step();
        }

        Assert.Equal([(2, 10f), (1, 99f), (2, 9f), (1, 98f), (2, 8f), (1, 97f), (2, 7f), (1, 96f)], network.Runs);
        Assert.All(samples, sample => Assert.Equal(SampleEnd.Completed, sample.End));
    }

    [Fact]
    public void Newcomers_do_not_starve_a_sample_of_another_timestep()
    {
        var network = new AnalyticDenoiser(8, timestepPerRow: false);
        StepBatcher batcher = Batcher(network, 3);
        Sample old = Make(first: 99, steps: 6);
        batcher.Add(old);
        for (int run = 0; run < 30 && old.End is null; run++)
        {
            while (batcher.Occupied < batcher.Slots)
            {
                batcher.Add(Make(first: 10, steps: 1)); // always a fresh group of two beside it
            }

            batcher.Step();
        }

        Assert.Equal(SampleEnd.Completed, old.End);
        Assert.InRange(network.Runs.Count, 6, 12);
    }

    [Fact]
    public void Conditioning_is_copied_when_a_row_changes_hands_and_not_at_every_step()
    {
        var network = new AnalyticDenoiser(4, timestepPerRow: true);
        StepBatcher batcher = Batcher(network, 2);
        batcher.Add(Make(first: 10, steps: 1));
        batcher.Add(Make(first: 10, steps: 9));
        while (batcher.Occupied > 0)
        {
            batcher.Step();
        }

        Assert.Equal(3, network.Conditioned); // two rows, and the second sample once more when it moves to row 0
    }

    [Fact]
    public void Progress_tells_every_step()
    {
        var steps = new List<(int, int)>();
        StepBatcher batcher = Batcher(new AnalyticDenoiser(2, timestepPerRow: true), 1);
        batcher.Add(Make(first: 10, steps: 3, progress: (step, of) => steps.Add((step, of))));
        while (batcher.Occupied > 0)
        {
            batcher.Step();
        }

        Assert.Equal([(1, 3), (2, 3), (3, 3)], steps);
    }

    [Fact]
    public void A_full_batcher_and_a_sample_of_another_size_are_refused()
    {
        StepBatcher batcher = Batcher(new AnalyticDenoiser(2, timestepPerRow: true), 1);
        batcher.Add(Make(first: 10, steps: 3));
        Assert.Equal("All 1 slots are occupied.", Assert.Throws<InvalidOperationException>(() => batcher.Add(Make(first: 1, steps: 1))).Message);
        var wrong = new Sample { Plan = new CountdownPlan(1, 1), Latents = new float[2], Conditional = new() };
        Assert.Contains("2 floats", Assert.Throws<ArgumentException>(() => Batcher(new AnalyticDenoiser(2, true), 1).Add(wrong)).Message, StringComparison.Ordinal);
    }

    private StepBatcher Batcher(AnalyticDenoiser network, int slots) => new(network, slots, new SeededNoiseSource(), _time);

    private static Sample Make(
        int first, int steps, float guidance = 1, CancellationTokenSource? stop = null, DateTimeOffset? deadline = null, Action<int, int>? progress = null,
        string? adapter = null) => new()
        {
            Plan = new CountdownPlan(first, steps),
            Latents = new float[] { 1 },
            Conditional = new() { Embedding = new float[] { 1 } },
            Unconditional = new() { Embedding = new float[] { 100 } },
            Guidance = guidance,
            Cancellation = stop?.Token ?? default,
            Deadline = deadline ?? DateTimeOffset.MaxValue,
            Progress = progress,
            Adapter = adapter,
        };

    private sealed class ManualTime : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => _now;

        public void Advance(TimeSpan by) => _now += by;
    }
}
