using Limner.ServiceDefaults.RedisServer;
using StackExchange.Redis;

namespace Limner.ServiceDefaults.Rates;

/// <summary>
/// Request rates in Redis, for all processes, by Redis's clock. While it cannot be reached each process counts for itself: then callers get up to as many times
/// their rate as there are processes, and nobody is refused who should not be.
/// </summary>
internal sealed class RedisRequestRates(RedisConnection redis, TimeProvider clock) : IRequestRates
{
    // One step for all processes: reads every bucket, and takes from each or from none. More than a minute is owed only if the
    // clock was set back. ARGV: the minute, then each budget's cost; all in microseconds.
    private const string Script =
        """
        local time = redis.call('TIME')
        local now, minute = time[1] * 1000000 + time[2], tonumber(ARGV[1])
        local debts, granted = {}, 1
        for i, key in ipairs(KEYS) do
            local full = tonumber(redis.call('GET', key) or '0')
            debts[i] = full - now
            if debts[i] < 0 or debts[i] > minute then debts[i] = 0 end
            if debts[i] + ARGV[i + 1] > minute then granted = 0 end
        end
        if granted == 1 then
            for i, key in ipairs(KEYS) do
                debts[i] = debts[i] + ARGV[i + 1]
                redis.call('SET', key, string.format('%.0f', now + debts[i]), 'PX', math.ceil(debts[i] / 1000))
            end
        end
        table.insert(debts, 1, granted)
        return debts
        """;

    private readonly MemoryRequestRates _alone = new(clock);

    public async Task<RequestRate> TakeAsync(string owner, IReadOnlyList<RequestBudget> budgets, CancellationToken cancellation)
    {
        RedisKey[] keys = [.. budgets.Select(budget => redis.Key($"rate:{{{owner}}}:{budget.Name}"))];
        RedisValue[] arguments = [RequestBudget.Minute, .. budgets.Select(budget => budget.Cost)];
        long[]? told = await redis.CallAsync(async database => (long[]?)await database.ScriptEvaluateAsync(Script, keys, arguments), null, cancellation);
        return told is [var granted, .. var debts] ? RequestRate.Of(granted == 1, budgets, debts) : await _alone.TakeAsync(owner, budgets, cancellation);
    }
}
