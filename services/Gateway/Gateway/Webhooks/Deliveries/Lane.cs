namespace Limner.Gateway.Webhooks.Deliveries;

/// <summary>
/// The way to one receiver. After five failures in a row it is closed for a while, then one attempt tries it: a receiver that is dead costs one request now
/// and then, however much waits for it.
/// </summary>
internal readonly record struct Lane(int InFlight, int Failures, int Closings, DateTimeOffset ClosedUntil)
{
    private const int MostFailures = 5;
    private const int MostDoublings = 10;

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <summary>Nothing has to be remembered of it.</summary>
    public bool IsForgettable => InFlight == 0 && Failures == 0 && ClosedUntil == default;

    public bool HasRoom(int most, DateTimeOffset now) => now >= ClosedUntil && InFlight < (Failures < MostFailures ? most : 1);

    public Lane Enter() => this with { InFlight = InFlight + 1 };

    public Lane Leave(DeliveryAttempt? made, TimeSpan pause, DateTimeOffset now)
    {
        Lane left = this with { InFlight = InFlight - 1 };
        if (made is null)
        {
            return left; // Nothing was learned.
        }

        if (made.Succeeded)
        {
            // What was under way when it was closed does not open it before its time.
            return left with { Failures = 0, Closings = 0, ClosedUntil = now < ClosedUntil ? ClosedUntil : default };
        }

        left = left with { Failures = Failures + 1 };
        if (left.Failures >= MostFailures && now >= ClosedUntil)
        {
            TimeSpan closed = pause * Math.Pow(2, Math.Min(Closings, MostDoublings));
            left = left with { Closings = Closings + 1, ClosedUntil = now + (closed < LongestPause ? closed : LongestPause) };
        }

        return made.RetryAfter is { } asked && now + asked > left.ClosedUntil ? left with { ClosedUntil = now + asked } : left;
    }
}
