using Limner.Gateway.Background;

namespace Limner.Gateway.Tests.Background;

public sealed class PaceTests
{
    [Theory]
    [InlineData(0, 5)]
    [InlineData(0.25, 5)]
    [InlineData(1, 20)]
    [InlineData(30, 60)]
    public async Task What_takes_long_is_measured_the_more_rarely(double seconds, double pause)
    {
        var time = new Clock();
        var pace = new Pace(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1), time);
        Assert.Equal(TimeSpan.FromSeconds(5), pace.Pause);

        await pace.MeasureAsync(() => time.PassAsync(TimeSpan.FromSeconds(seconds)));
        Assert.Equal(TimeSpan.FromSeconds(pause), pace.Pause);

        // It is the last time that counts.
        await pace.MeasureAsync(() => time.PassAsync(TimeSpan.FromMilliseconds(1)));
        Assert.Equal(TimeSpan.FromSeconds(5), pace.Pause);
    }

    private sealed class Clock : TimeProvider
    {
        private TimeSpan _passed;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _passed.Ticks;

        public Task PassAsync(TimeSpan by)
        {
            _passed += by;
            return Task.CompletedTask;
        }
    }
}
