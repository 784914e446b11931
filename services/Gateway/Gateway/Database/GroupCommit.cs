namespace Limner.Gateway.Database;

/// <summary>
/// Group commit: what comes while a transaction is under way waits and shares the next one. Alone, work pays for one commit, as without this; many at once pay for two
/// and a pause in which more of them come.
/// </summary>
/// <param name="commit">Does all of it in one transaction; results in the order of the work.</param>
/// <param name="time">What the pause is measured by.</param>
internal sealed class GroupCommit<TWork, TResult>(Func<IReadOnlyList<TWork>, Task<IReadOnlyList<TResult>>> commit, TimeProvider time)
{
    private const int MostAtOnce = 64;

    /// <summary>Where several came at once, more come soon, and a transaction for a few costs nearly what one for many does.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(5);

    private readonly Lock _gate = new();
    private readonly Queue<Member> _waiting = new();
    private bool _running;

    /// <summary>The result of <paramref name="work"/>, when it is committed. Who gives up waiting does not take it back.</summary>
    public Task<TResult> DoAsync(TWork work, CancellationToken cancellation)
    {
        var member = new Member(work);
        lock (_gate)
        {
            _waiting.Enqueue(member);
            if (!_running)
            {
                _running = true;
                _ = Task.Run(RunAsync, CancellationToken.None);
            }
        }

        return member.Result.Task.WaitAsync(cancellation);
    }

    private async Task RunAsync()
    {
        while (Next(MostAtOnce) is { Count: > 0 } group)
        {
            try
            {
                await CommitAsync(group);
                if (group.Count > 1)
                {
                    await Task.Delay(Gathering, time);
                }
            }
            catch (Exception fault) when (DatabaseFaults.IsUnavailable(fault))
            {
                // Who came meanwhile waits for the same database: refused one group after the other, the last would wait for minutes, and be done though nobody waits for it any more.
                group.AddRange(Next(int.MaxValue));
                group.ForEach(member => member.Result.TrySetException(fault));
            }
            catch (Exception fault) when (group.Count == 1)
            {
                group[0].Result.TrySetException(fault);
            }
            catch (Exception)
            {
                // One of them spoiled it for all: each for itself.
                foreach (Member member in group)
                {
                    await AloneAsync(member);
                }
            }
        }
    }

    private List<Member> Next(int most)
    {
        lock (_gate)
        {
            var group = new List<Member>();
            while (group.Count < most && _waiting.TryDequeue(out Member? member))
            {
                group.Add(member);
            }

            _running = group.Count > 0;
            return group;
        }
    }

    private async Task AloneAsync(Member member)
    {
        try
        {
            await CommitAsync([member]);
        }
        catch (Exception fault)
        {
            member.Result.TrySetException(fault);
        }
    }

    private async Task CommitAsync(List<Member> group)
    {
        IReadOnlyList<TResult> results = await commit([.. group.Select(member => member.Work)]);
        for (int i = 0; i < group.Count; i++)
        {
            group[i].Result.TrySetResult(results[i]);
        }
    }

    private sealed record Member(TWork Work)
    {
        public TaskCompletionSource<TResult> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
