using Limner.Standalone.Progress;

namespace Limner.Standalone.Tests.Progress;

public sealed class PlainProgressTests
{
    [Fact]
    public void A_line_comes_once_a_second_with_the_time_left_and_one_when_the_stage_ends()
    {
        var time = new SteppedTime();
        using var writer = new StringWriter { NewLine = "\n" };
        var progress = new PlainProgress(writer, time);

        progress.Begin("a fox (seed 7)", candidates: 2);
        for (int step = 1; step <= 4; step++)
        {
            for (int candidate = 0; candidate < 2; candidate++)
            {
                time.Now += TimeSpan.FromMilliseconds(400);
                progress.Report(new StageStep("super_res_first", candidate, step, 4));
            }
        }

        Assert.Equal("a fox (seed 7)\n  super_res_first: 3/8, 2 s left\n  super_res_first: 6/8, 1 s left\n  super_res_first: 8/8\n", writer.ToString());
    }

    [Fact]
    public void The_next_request_counts_from_the_start()
    {
        using var writer = new StringWriter { NewLine = "\n" };
        var progress = new PlainProgress(writer, new SteppedTime());
        foreach (string title in new[] { "one", "two" })
        {
            progress.Begin(title, candidates: 1);
            progress.Report(new StageStep("prior", 0, 1, 1));
        }

        Assert.Equal("one\n  prior: 1/1\ntwo\n  prior: 1/1\n", writer.ToString());
    }

    private sealed class SteppedTime : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
