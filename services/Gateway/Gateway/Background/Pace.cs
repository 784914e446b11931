namespace Limner.Gateway.Background;

/// <summary>How often something is measured that takes the longer the more there is of it: for a twentieth of the time at most.</summary>
/// <param name="least">The pause where it takes no time.</param>
/// <param name="most">The pause even where it takes for ever: others go by what was measured.</param>
/// <param name="time">What it takes is measured by.</param>
internal sealed class Pace(TimeSpan least, TimeSpan most, TimeProvider time)
{
    private const int Share = 20;

    private TimeSpan _last;

    /// <summary>Until the next time.</summary>
    public TimeSpan Pause => TimeSpan.FromTicks(Math.Clamp(_last.Ticks * Share, least.Ticks, most.Ticks));

    public async Task MeasureAsync(Func<Task> measure)
    {
        long begin = time.GetTimestamp();
        await measure();
        _last = time.GetElapsedTime(begin);
    }
}
