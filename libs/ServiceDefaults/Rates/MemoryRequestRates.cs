namespace Limner.ServiceDefaults.Rates;

/// <summary>Request rates in this process.</summary>
internal sealed class MemoryRequestRates(TimeProvider clock) : IRequestRates
{
    private const int MostKept = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _full = new(StringComparer.Ordinal); // when the bucket is full again, in microseconds

    /// <summary>Buckets that are kept.</summary>
    public int Count => _full.Count;

    public Task<RequestRate> TakeAsync(string owner, IReadOnlyList<RequestBudget> budgets, CancellationToken cancellation)
    {
        lock (_lock)
        {
            long now = clock.GetUtcNow().UtcTicks / TimeSpan.TicksPerMicrosecond;
            // More than a minute is owed only if the clock was set back.
            long[] debts = [.. budgets.Select(budget => _full.GetValueOrDefault(Key(owner, budget)) - now is var owed and >= 0 and <= RequestBudget.Minute ? owed : 0)];
            bool granted = budgets.Zip(debts).All(pair => pair.Second + pair.First.Cost <= RequestBudget.Minute);
            if (granted)
            {
                Forget(now);
                for (int i = 0; i < debts.Length; i++)
                {
                    debts[i] += budgets[i].Cost;
                    _full[Key(owner, budgets[i])] = now + debts[i];
                }
            }

            return Task.FromResult(RequestRate.Of(granted, budgets, debts));
        }
    }

    private static string Key(string owner, RequestBudget budget) => $"{owner}:{budget.Name}";

    // A full bucket is the same as none.
    private void Forget(long now)
    {
        if (_full.Count < MostKept)
        {
            return;
        }

        foreach ((string key, long full) in _full)
        {
            if (full <= now)
            {
                _full.Remove(key);
            }
        }
    }
}
