using System.Globalization;
using Limner.Gateway.Database;
using Limner.Gateway.Errors;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Limner.Gateway.Limits;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Usage;

/// <summary>Adds up the entries that were written with the candidates' ends, one for each.</summary>
internal sealed class UsageReport(Transactions database, IOptions<Allowance> tenants, TimeProvider time)
{
    private const int MostRows = 10_000;

    public async Task<UsageView> ReadAsync(UsageFilter filter, CancellationToken cancellation)
    {
        await using GatewayContext context = database.Read();
        ApiKey[] keys = await context.Keys.AsNoTracking().Where(key => key.Tenant == filter.Tenant).ToArrayAsync(cancellation);
        IReadOnlyList<UsageRow> rows = await ReadRowsAsync(context, filter, keys, cancellation);
        return new UsageView
        {
            Tenant = filter.Tenant,
            From = filter.From,
            To = filter.To,
            Data = rows,
            Total = UsageTotal.Of(rows),
            Quotas = await ReadQuotasAsync(context, filter, keys, cancellation),
        };
    }

    private static async Task<IReadOnlyList<UsageRow>> ReadRowsAsync(GatewayContext context, UsageFilter filter, ApiKey[] keys, CancellationToken cancellation)
    {
        // The last moment, since the last day that there is has no next one.
        DateTimeOffset first = new(filter.From, TimeOnly.MinValue, TimeSpan.Zero), last = new(filter.To, TimeOnly.MaxValue, TimeSpan.Zero);
        IQueryable<UsageEntry> entries = context.Usage.Where(entry => entry.Tenant == filter.Tenant && entry.At >= first && entry.At <= last);
        entries = filter.Key is { } key ? entries.Where(entry => entry.KeyId == key) : entries;
        var sums = await entries.GroupBy(entry => new { entry.Day, entry.KeyId, entry.Model })
            .OrderBy(group => group.Key.Day).ThenBy(group => group.Key.KeyId).ThenBy(group => group.Key.Model).Take(MostRows + 1)
            .Select(group => new
            {
                group.Key,
                Images = group.LongCount(),
                Steps = group.Sum(entry => (long)entry.Steps),
                PixelSteps = group.Sum(entry => entry.PixelSteps),
                ComputeSeconds = group.Sum(entry => entry.ComputeSeconds),
            }).ToListAsync(cancellation);
        return sums.Count > MostRows
            ? throw ApiException.Invalid(ErrorCode.InvalidValue, "from", string.Create(CultureInfo.InvariantCulture, $"There are more than {MostRows} rows; ask for fewer days, or for one key."))
            : [.. sums.Select(sum => new UsageRow(
                sum.Key.Day, sum.Key.KeyId is { } id ? KeyId.Format(id) : null, keys.FirstOrDefault(known => known.Id == sum.Key.KeyId)?.Name, sum.Key.Model,
                sum.Images, sum.Steps, sum.PixelSteps, Math.Round(sum.ComputeSeconds, 6)))];
    }

    private async Task<IReadOnlyList<QuotaView>> ReadQuotasAsync(GatewayContext context, UsageFilter filter, ApiKey[] keys, CancellationToken cancellation)
    {
        string month = Month.Of(time.GetUtcNow()).Name;
        (string Owner, string? Key, Allowance Allowance)[] limited =
        [
            (QuotaAccount.OfTenant(filter.Tenant), null, tenants.Value),
            .. keys.Where(key => filter.Key is null || key.Id == filter.Key).Select(key => (QuotaAccount.OfKey(key.Id), (string?)KeyId.Format(key.Id), key.Allowance)),
        ];
        limited = [.. limited.Where(one => one.Allowance.HasQuota)];
        string[] owners = [.. limited.Select(one => one.Owner)];
        Dictionary<string, QuotaAccount> accounts = await context.QuotaAccounts.AsNoTracking()
            .Where(account => account.Month == month && owners.Contains(account.Owner)).ToDictionaryAsync(account => account.Owner, cancellation);
        return [.. limited.Select(one => accounts.GetValueOrDefault(one.Owner) is var account ? new QuotaView(
            one.Key, month, QuotaPart.Of(one.Allowance.MonthlyImages, account?.Images ?? 0), QuotaPart.Of(one.Allowance.MonthlyComputeSeconds, account?.ComputeSeconds ?? 0)) : null!)];
    }
}
