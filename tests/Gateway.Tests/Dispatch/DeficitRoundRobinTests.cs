using Limner.Gateway.Dispatch;

namespace Limner.Gateway.Tests.Dispatch;

public sealed class DeficitRoundRobinTests
{
    [Fact]
    public void Ten_thousand_jobs_of_one_tenant_delay_another_tenants_one_by_one_turn()
    {
        (IReadOnlyList<QueuedJob> chosen, _) = DeficitRoundRobin.Select(Ring.Empty, [.. Jobs("big", 10_000, 5), .. Jobs("small", 1, 5)], 2);

        Assert.Equal(["big", "small"], chosen.Select(job => job.Tenant));
    }

    [Fact]
    public void Tenants_get_the_same_work_not_the_same_number_of_jobs()
    {
        (IReadOnlyList<QueuedJob> chosen, _) = DeficitRoundRobin.Select(Ring.Empty, [.. Jobs("large", 500, 10), .. Jobs("tiny", 5000, 1)], 1100);

        Assert.InRange(chosen.Where(job => job.Tenant == "large").Sum(job => job.Work), 990, 1010);
        Assert.InRange(chosen.Where(job => job.Tenant == "tiny").Sum(job => job.Work), 990, 1010);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void Room_that_comes_in_pieces_gives_the_order_that_it_gives_at_once(int piece)
    {
        List<QueuedJob> waiting = [.. Jobs("a", 40, 3), .. Jobs("b", 40, 7), .. Jobs("c", 40, 2)];
        (IReadOnlyList<QueuedJob> whole, _) = DeficitRoundRobin.Select(Ring.Empty, waiting, 84);

        var pieces = new List<QueuedJob>();
        Ring ring = Ring.Empty;
        while (pieces.Count < 84)
        {
            (IReadOnlyList<QueuedJob> chosen, ring) = DeficitRoundRobin.Select(ring, waiting, Math.Min(piece, 84 - pieces.Count));
            pieces.AddRange(chosen);
            waiting.RemoveAll(chosen.Contains);
        }

        Assert.Equal(whole, pieces);
    }

    [Fact]
    public void A_tenant_that_was_idle_has_saved_nothing_up()
    {
        (_, Ring ring) = DeficitRoundRobin.Select(Ring.Empty, [.. Jobs("a", 100, 1), .. Jobs("b", 1, 1)], 50);
        (IReadOnlyList<QueuedJob> chosen, _) = DeficitRoundRobin.Select(ring, [.. Jobs("a", 20, 1), .. Jobs("b", 20, 1)], 20);

        Assert.InRange(chosen.Count(job => job.Tenant == "b"), 9, 11);
    }

    [Fact]
    public void A_tenants_jobs_keep_their_order()
    {
        List<QueuedJob> waiting = [.. Jobs("a", 30, 2), .. Jobs("b", 30, 1)];
        (IReadOnlyList<QueuedJob> chosen, _) = DeficitRoundRobin.Select(Ring.Empty, waiting, 60);

        Assert.Equal(waiting.Where(job => job.Tenant == "a"), chosen.Where(job => job.Tenant == "a"));
        Assert.Equal(waiting.Where(job => job.Tenant == "b"), chosen.Where(job => job.Tenant == "b"));
    }

    [Fact]
    public void A_job_with_more_candidates_than_there_is_room_goes_when_there_is_any()
    {
        (IReadOnlyList<QueuedJob> chosen, _) = DeficitRoundRobin.Select(Ring.Empty, [new QueuedJob(Guid.NewGuid(), "a", 100, 10), new QueuedJob(Guid.NewGuid(), "a", 100, 10)], 1);

        Assert.Single(chosen);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void Without_room_nothing_goes(int room) => Assert.Empty(DeficitRoundRobin.Select(Ring.Empty, [.. Jobs("a", 3, 1)], room).Chosen);

    private static IEnumerable<QueuedJob> Jobs(string tenant, int count, long work) =>
        Enumerable.Range(0, count).Select(_ => new QueuedJob(Guid.NewGuid(), tenant, work, 1));
}
