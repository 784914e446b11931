using Limner.ServiceDefaults.Workers;

namespace Limner.ServiceDefaults.Tests.Workers;

public sealed class QueueReachTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly QueueReach _reach = new();

    [Fact]
    public void A_worker_that_has_just_started_has_reached_nothing_also_where_it_has_room()
    {
        for (int look = 1; look < QueueReach.Looks; look++)
        {
            Assert.Equal(DateTimeOffset.MinValue, _reach.Look(hasRoom: true, DateTimeOffset.MinValue));
        }

        Assert.Null(_reach.Look(hasRoom: true, DateTimeOffset.MinValue));
    }

    [Fact]
    public void A_full_worker_has_reached_what_it_took_half_a_minute_ago()
    {
        Look(QueueReach.Looks, hasRoom: false, Start);
        Assert.Equal(Start, Look(QueueReach.Looks - 1, hasRoom: false, Start.AddHours(1)));
        Assert.Equal(Start.AddHours(1), _reach.Look(hasRoom: false, Start.AddHours(1)));
    }

    [Fact]
    public void Room_between_two_candidates_is_none()
    {
        Look(QueueReach.Looks, hasRoom: false, Start);
        Assert.Equal(Start, Look(QueueReach.Looks - 1, hasRoom: true, Start));
        Assert.Equal(Start, _reach.Look(hasRoom: false, Start).GetValueOrDefault());
        Assert.Equal(Start, Look(QueueReach.Looks - 1, hasRoom: true, Start));
        Assert.Null(_reach.Look(hasRoom: true, Start));
    }

    private DateTimeOffset? Look(int times, bool hasRoom, DateTimeOffset newest)
    {
        DateTimeOffset? last = null;
        for (int i = 0; i < times; i++)
        {
            last = _reach.Look(hasRoom, newest);
        }

        return last;
    }
}
