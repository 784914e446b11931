using Limner.ServiceDefaults.Rates;

namespace Limner.ServiceDefaults.Tests.Rates;

public sealed class MemoryRateTests
{
    private static readonly RequestBudget[] Ten = [new("key", 10)];

    private readonly FakeClock _clock = new();
    private readonly MemoryRequestRates _rates;

    public MemoryRateTests() => _rates = new MemoryRequestRates(_clock);

    [Fact]
    public async Task The_minutes_number_may_come_at_once_and_then_one_at_a_time()
    {
        for (int left = 9; left >= 0; left--)
        {
            RequestRate rate = await TakeAsync(Ten);
            Assert.Equal((true, 10, left), (rate.IsGranted, rate.Limit, rate.Remaining));
            Assert.Equal(TimeSpan.FromSeconds(6 * (10 - left)), rate.Reset);
        }

        RequestRate refused = await TakeAsync(Ten);
        Assert.Equal((false, 0, TimeSpan.FromSeconds(6)), (refused.IsGranted, refused.Remaining, refused.RetryAfter));
        _clock.Advance(refused.RetryAfter - TimeSpan.FromMicroseconds(1));
        Assert.False((await TakeAsync(Ten)).IsGranted);
        _clock.Advance(TimeSpan.FromMicroseconds(1));
        Assert.True((await TakeAsync(Ten)).IsGranted);
        Assert.False((await TakeAsync(Ten)).IsGranted);
    }

    [Fact]
    public async Task A_refused_request_takes_nothing_from_any_budget_and_the_nearest_end_is_told()
    {
        RequestBudget[] both = [new("tenant", 60), new("key", 2)];
        Assert.Equal((2, 1), await LimitAndRemainingAsync(both));
        Assert.Equal((2, 0), await LimitAndRemainingAsync(both));
        for (int i = 0; i < 100; i++)
        {
            Assert.False((await TakeAsync(both)).IsGranted);
        }

        Assert.Equal((60, 57), await LimitAndRemainingAsync([both[0]]));
    }

    [Fact]
    public async Task Owners_and_budgets_do_not_share()
    {
        RequestBudget[] one = [new("key", 1)];
        Assert.True((await TakeAsync(one)).IsGranted);
        Assert.False((await TakeAsync(one)).IsGranted);
        Assert.True((await TakeAsync([new("other", 1)])).IsGranted);
        Assert.True((await _rates.TakeAsync("other", one, TestContext.Current.CancellationToken)).IsGranted);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_locks_nobody_out()
    {
        RequestBudget[] one = [new("key", 1)];
        Assert.True((await TakeAsync(one)).IsGranted);
        Assert.False((await TakeAsync(one)).IsGranted);
        _clock.Advance(TimeSpan.FromDays(-1));
        Assert.True((await TakeAsync(one)).IsGranted);
        Assert.False((await TakeAsync(one)).IsGranted);
    }

    [Fact]
    public async Task What_is_full_again_is_forgotten()
    {
        for (int i = 0; i < 30_000; i++)
        {
            await _rates.TakeAsync($"tenant{i}", Ten, TestContext.Current.CancellationToken);
            _clock.Advance(TimeSpan.FromMilliseconds(10));
        }

        // A bucket from which one request was taken is full after 6 s, in which 600 more came.
        Assert.InRange(_rates.Count, 1, 11_000);
    }

    private Task<RequestRate> TakeAsync(RequestBudget[] budgets) => _rates.TakeAsync("tenant", budgets, TestContext.Current.CancellationToken);

    private async Task<(int Limit, int Remaining)> LimitAndRemainingAsync(RequestBudget[] budgets)
    {
        RequestRate rate = await TakeAsync(budgets);
        Assert.True(rate.IsGranted);
        return (rate.Limit, rate.Remaining);
    }
}
