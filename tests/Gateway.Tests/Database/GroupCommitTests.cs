using Limner.Gateway.Database;
using Limner.Gateway.Tests.Application;

namespace Limner.Gateway.Tests.Database;

public sealed class GroupCommitTests
{
    [Fact]
    public async Task What_comes_while_a_commit_is_under_way_shares_the_next_one_in_order()
    {
        (List<int[]> groups, TaskCompletionSource first) = (new List<int[]>(), new TaskCompletionSource());
        var commits = new GroupCommit<int, int>(async work =>
        {
            groups.Add([.. work]);
            await first.Task;
            return [.. work.Select(number => number * 10)];
        }, TimeProvider.System);

        Task<int> one = commits.DoAsync(1, CancellationToken.None);
        await Eventually.TrueAsync(() => Task.FromResult(groups.Count == 1));
        Task<int>[] rest = [.. Enumerable.Range(2, 9).Select(number => commits.DoAsync(number, CancellationToken.None))];
        first.SetResult();

        Assert.Equal(10, await one);
        int[] others = await Task.WhenAll(rest);
        Assert.Equal(Enumerable.Range(2, 9).Select(number => number * 10), others);
        Assert.Equal([1, 9], groups.Select(group => group.Length));
        Assert.Equal(Enumerable.Range(2, 9), groups[1]);
        Assert.Equal(110, await commits.DoAsync(11, CancellationToken.None));
    }

    [Fact]
    public async Task After_several_more_of_them_gather_and_after_one_nothing_waits()
    {
        (List<int> groups, TaskCompletionSource first, HeldTime time) = (new List<int>(), new TaskCompletionSource(), new HeldTime());
        var commits = new GroupCommit<int, int>(async work =>
        {
            groups.Add(work.Count);
            await first.Task;
            return work;
        }, time);

        Task<int> one = commits.DoAsync(1, CancellationToken.None);
        await Eventually.TrueAsync(() => Task.FromResult(groups.Count == 1));
        Task<int>[] three = [.. Enumerable.Range(2, 3).Select(number => commits.DoAsync(number, CancellationToken.None))];
        first.SetResult();
        await Task.WhenAll([one, .. three]);
        await Eventually.TrueAsync(() => Task.FromResult(time.Held is not null));
        Task<int>[] two = [.. Enumerable.Range(5, 2).Select(number => commits.DoAsync(number, CancellationToken.None))];
        Assert.Equal([1, 3], groups);
        time.Held!();
        await Task.WhenAll(two);

        Assert.Equal([1, 3, 2], groups);
    }

    [Fact]
    public async Task One_that_is_refused_spoils_nothing_for_the_others()
    {
        var gate = new TaskCompletionSource();
        var commits = new GroupCommit<int, int>(async work =>
        {
            await gate.Task;
            return work.Contains(5) ? throw new InvalidOperationException("five") : [.. work];
        }, TimeProvider.System);
        Task<int>[] all = [.. Enumerable.Range(1, 9).Select(number => commits.DoAsync(number, CancellationToken.None))];
        gate.SetResult();

        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => all[4]);
        int[] others = await Task.WhenAll(all.Where((_, i) => i != 4));
        Assert.Equal("five", refused.Message);
        Assert.Equal([1, 2, 3, 4, 6, 7, 8, 9], others);
    }

    [Fact]
    public async Task A_database_that_is_away_is_not_asked_again_for_each()
    {
        (int calls, TaskCompletionSource gate) = (0, new TaskCompletionSource());
        var commits = new GroupCommit<int, int>(async work =>
        {
            await gate.Task;
            calls++;
            throw new TimeoutException($"{work.Count}");
        }, TimeProvider.System);
        Task<int>[] all = [.. Enumerable.Range(1, 9).Select(number => commits.DoAsync(number, CancellationToken.None))];
        gate.SetResult();

        foreach (Task<int> one in all)
        {
            await Assert.ThrowsAsync<TimeoutException>(() => one);
        }

        Assert.InRange(calls, 1, 2);
    }

    [Fact]
    public async Task Who_came_while_the_database_hung_is_refused_with_the_others()
    {
        (int calls, TaskCompletionSource gate) = (0, new TaskCompletionSource());
        var commits = new GroupCommit<int, int>(async work =>
        {
            await gate.Task;
            calls++;
            throw new TimeoutException();
        }, TimeProvider.System);
        Task<int>[] all = [.. Enumerable.Range(1, 300).Select(number => commits.DoAsync(number, CancellationToken.None))];
        gate.SetResult();

        foreach (Task<int> one in all)
        {
            await Assert.ThrowsAsync<TimeoutException>(() => one);
        }

        Assert.Equal(1, calls);
        await Assert.ThrowsAsync<TimeoutException>(() => commits.DoAsync(301, CancellationToken.None));
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task Who_stops_waiting_takes_nothing_back()
    {
        using var impatience = new CancellationTokenSource();
        (List<int> done, TaskCompletionSource gate) = (new List<int>(), new TaskCompletionSource());
        var commits = new GroupCommit<int, int>(async work =>
        {
            await gate.Task;
            done.AddRange(work);
            return work;
        }, TimeProvider.System);
        Task<int> given = commits.DoAsync(1, impatience.Token);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        gate.SetResult();

        Assert.Equal(2, await commits.DoAsync(2, CancellationToken.None));
        Assert.Equal([1, 2], done);
    }

    /// <summary>Whose timers end when they are told to.</summary>
    private sealed class HeldTime : TimeProvider, ITimer
    {
        public Action? Held { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Held = () => callback(state);
            return this;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
