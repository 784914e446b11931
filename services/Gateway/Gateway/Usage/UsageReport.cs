using System.Globalization;
using Limner.Gateway.Database;
using Limner.Gateway.Errors;
using Limner.Gateway.Keys;
using Limner.Gateway.Limits;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Usage;

/// <summary>Tells the days that the database adds up of the entries that were written with the candidates' ends, one for each.</summary>
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
        IQueryable<UsageDay> days = context.UsageDays.AsNoTracking().Where(day => day.Tenant == filter.Tenant && day.Day >= filter.From && day.Day <= filter.To);
        days = filter.Key is { } key ? days.Where(day => day.KeyId == key) : days;
        // The order of the primary key.
        List<UsageDay> rows = await days.OrderBy(day => day.Day).ThenBy(day => day.KeyId).ThenBy(day => day.Model).Take(MostRows + 1).ToListAsync(cancellation);
        return rows.Count > MostRows
            ? throw ApiException.Invalid(ErrorCode.InvalidValue, "from", string.Create(CultureInfo.InvariantCulture, $"There are more than {MostRows} rows; ask for fewer days, or for one key."))
            : [.. rows.Select(row => new UsageRow(
                row.Day, row.KeyId == Guid.Empty ? null : KeyId.Format(row.KeyId), keys.FirstOrDefault(known => known.Id == row.KeyId)?.Name, row.Model,
                row.Images, row.Steps, row.PixelSteps, Math.Round(row.ComputeSeconds, 6)))];
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
