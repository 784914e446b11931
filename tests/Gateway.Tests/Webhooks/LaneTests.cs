using Limner.Gateway.Webhooks.Deliveries;

namespace Limner.Gateway.Tests.Webhooks;

public sealed class LaneTests
{
    private const int Most = 4;

    private static readonly DateTimeOffset Start = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);
    private static readonly DeliveryAttempt Success = new(Start, "http://example.org/", 1) { Status = 200 };
    private static readonly DeliveryAttempt Failure = new(Start, "http://example.org/", 1) { Status = 500, Error = DeliveryError.Status };

    [Fact]
    public void It_takes_as_many_as_it_may()
    {
        Lane lane = Many(default, Most, lane => lane.Enter());
        Assert.False(lane.HasRoom(Most, Start));
        Assert.True(lane.Leave(Success, Pause, Start).HasRoom(Most, Start));
        Assert.True(lane.Leave(null, Pause, Start).HasRoom(Most, Start));
    }

    [Fact]
    public void Five_failures_in_a_row_close_it_then_one_tries_it()
    {
        Lane lane = Many(default, 4, lane => Try(lane, Failure, Start));
        Assert.True(lane.HasRoom(Most, Start));
        lane = Try(lane, Failure, Start);
        Assert.False(lane.HasRoom(Most, Start + Pause - TimeSpan.FromSeconds(1)));
        Assert.True(lane.HasRoom(Most, Start + Pause));
        Assert.False(lane.Enter().HasRoom(Most, Start + Pause));

        Lane again = Try(lane, Failure, Start + Pause);
        Assert.False(again.HasRoom(Most, Start + (2.9 * Pause)));
        Assert.True(again.HasRoom(Most, Start + (3 * Pause)));
        Assert.True(Try(lane, Success, Start + Pause).IsForgettable);
    }

    [Fact]
    public void Failures_of_one_moment_close_it_once_and_never_for_more_than_ten_minutes()
    {
        Lane lane = Many(Many(default, 8, lane => lane.Enter()), 8, lane => lane.Leave(Failure, Pause, Start));
        Assert.Equal(Start + Pause, lane.ClosedUntil);
        for (int i = 0; i < 40; i++)
        {
            DateTimeOffset now = lane.ClosedUntil;
            lane = Try(lane, Failure, now);
            Assert.InRange(lane.ClosedUntil - now, Pause, TimeSpan.FromMinutes(10));
        }

        Assert.Equal(TimeSpan.FromMinutes(10), Try(lane, Failure, lane.ClosedUntil).ClosedUntil - lane.ClosedUntil);
    }

    [Fact]
    public void A_receiver_that_asks_to_be_left_alone_is()
    {
        Lane lane = Try(default, Failure with { RetryAfter = TimeSpan.FromMinutes(20) }, Start);
        Assert.False(lane.HasRoom(Most, Start.AddMinutes(19)));
        Assert.True(lane.HasRoom(Most, Start.AddMinutes(20)));
    }

    [Fact]
    public void A_success_that_was_under_way_opens_it_no_earlier_and_one_after_that_opens_it_for_good()
    {
        DateTimeOffset end = Start.AddMinutes(20);
        Lane lane = Many(default, 2, lane => lane.Enter()).Leave(Failure with { RetryAfter = end - Start }, Pause, Start).Leave(Success, Pause, Start);
        Assert.Equal(end, lane.ClosedUntil);
        Assert.False(lane.IsForgettable);
        lane = Try(lane, Success, end);
        Assert.Equal(default, lane.ClosedUntil);
        Assert.True(lane.IsForgettable);
    }

    [Fact]
    public void A_success_between_failures_keeps_it_open()
    {
        Lane lane = Many(default, 20, lane => Try(Try(lane, Failure, Start), Success, Start));
        Assert.True(lane is { IsForgettable: true } && lane.HasRoom(Most, Start));
    }

    private static Lane Try(Lane lane, DeliveryAttempt made, DateTimeOffset now) => lane.Enter().Leave(made, Pause, now);

    private static Lane Many(Lane lane, int times, Func<Lane, Lane> step) => Enumerable.Range(0, times).Aggregate(lane, (at, _) => step(at));
}
