using Limner.Gateway.Database;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Limits;

/// <summary>
/// Monthly quotas: a job takes from the accounts of its tenant and key when it is accepted, and what it did not use goes back in the transaction that ends it,
/// of which there is one for each job.
/// </summary>
internal static class Quota
{
    /// <summary>Entries that an estimate of compute time is made from, or days where there are none any more.</summary>
    private const int Recent = 100;

    /// <param name="context">A transaction that holds the tenant's lock.</param>
    /// <param name="caller">Who pays, and what his key may use.</param>
    /// <param name="all">What all keys of the tenant may use together.</param>
    /// <param name="job">What for.</param>
    /// <param name="now">When.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public static async Task<Reservation> ReserveAsync(
        GatewayContext context, Caller caller, Allowance all, Job job, DateTimeOffset now, CancellationToken cancellation)
    {
        Month month = Month.Of(job.Created);
        bool timed = all.MonthlyComputeSeconds is not null || caller.Allowance.MonthlyComputeSeconds is not null;
        double seconds = timed ? await EstimateAsync(context, job, cancellation) : 0;
        var accounts = new List<QuotaAccount>();
        foreach (LimitedAccount limited in AccountsOf(caller, all))
        {
            QuotaAccount account = await FindAsync(context, limited.Owner, month.Name, cancellation)
                ?? context.Add(await BeginAsync(context, limited, month, cancellation)).Entity;
            accounts.Add(limited.RefusalOf(account, job.Count, month, now) is { } usedUp ? throw usedUp : account);
        }

        foreach (QuotaAccount account in accounts)
        {
            Move(context, account, job.Count, seconds);
        }

        return new Reservation(month.Name, job.Count, seconds, [.. accounts.Select(account => account.Owner)]);
    }

    /// <summary>What a caller's accounts have left just now. Nothing is taken or locked, so <see cref="ReserveAsync"/> may decide otherwise.</summary>
    public static async Task<QuotaRoom> ReadRoomAsync(GatewayContext context, Caller caller, Allowance all, DateTimeOffset now, CancellationToken cancellation)
    {
        Month month = Month.Of(now);
        var accounts = new List<(LimitedAccount, QuotaAccount)>();
        foreach (LimitedAccount limited in AccountsOf(caller, all))
        {
            QuotaAccount? known = await context.QuotaAccounts.AsNoTracking().SingleOrDefaultAsync(account => account.Owner == limited.Owner && account.Month == month.Name, cancellation);
            accounts.Add((limited, known ?? await BeginAsync(context, limited, month, cancellation)));
        }

        return new QuotaRoom(accounts, month);
    }

    /// <summary>Puts what the job really used in the place of what it took.</summary>
    /// <param name="context">The transaction that ends it.</param>
    /// <param name="job">A job that is over; usage that this transaction adds is in the context already.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public static async Task SettleAsync(GatewayContext context, Job job, CancellationToken cancellation)
    {
        if (job.Reservation is not { } taken)
        {
            return;
        }

        UsageEntry[] added = [.. context.AddedUsage.Where(entry => entry.JobId == job.Id)];
        (long images, double seconds) = await SumAsync(context.Usage.Where(entry => entry.JobId == job.Id), cancellation);
        foreach (string owner in taken.Accounts)
        {
            if (await FindAsync(context, owner, taken.Month, cancellation) is { } account)
            {
                Move(context, account, images + added.Length - taken.Images, seconds + added.Sum(entry => entry.ComputeSeconds) - taken.ComputeSeconds);
            }
        }
    }

    private static IEnumerable<LimitedAccount> AccountsOf(Caller caller, Allowance all) => new[]
    {
        new LimitedAccount(QuotaAccount.OfTenant(caller.Tenant), "this tenant's", all, caller.Tenant, null),
        new LimitedAccount(QuotaAccount.OfKey(caller.KeyId), "this key's", caller.Allowance, caller.Tenant, caller.KeyId),
    }.Where(limited => limited.Allowance.HasQuota);

    // The account of a quota that is new within a month begins with what jobs of that month used before it. Days would count jobs of the month before that ended in this one
    // as well; entries are kept for longer than a month and a job last.
    private static async Task<QuotaAccount> BeginAsync(GatewayContext context, LimitedAccount limited, Month month, CancellationToken cancellation)
    {
        Guid first = JobId.Floor(month.Start);
        IQueryable<UsageEntry> used = context.Usage.Where(entry => entry.Tenant == limited.Tenant && entry.At >= month.Start && entry.JobId.CompareTo(first) >= 0);
        (long images, double seconds) = await SumAsync(limited.Key is { } key ? used.Where(entry => entry.KeyId == key) : used, cancellation);
        return new QuotaAccount(limited.Owner, month.Name, images, seconds);
    }

    private static async Task<QuotaAccount?> FindAsync(GatewayContext context, string owner, string month, CancellationToken cancellation) =>
        context.QuotaAccounts.Local.FirstOrDefault(account => account.Owner == owner && account.Month == month)
        ?? await context.QuotaAccounts.Where(account => account.Owner == owner && account.Month == month).Lock().SingleOrDefaultAsync(cancellation);

    private static void Move(GatewayContext context, QuotaAccount account, long images, double seconds) =>
        context.Entry(account).CurrentValues.SetValues(account with { Images = account.Images + images, ComputeSeconds = account.ComputeSeconds + seconds });

    private static async Task<double> EstimateAsync(GatewayContext context, Job job, CancellationToken cancellation)
    {
        var lately = await context.Usage.Where(entry => entry.Tenant == job.Tenant).OrderByDescending(entry => entry.At).Take(Recent).GroupBy(entry => 1)
            .Select(all => new { Seconds = all.Sum(entry => entry.ComputeSeconds), Work = all.Sum(entry => entry.PixelSteps) }).SingleOrDefaultAsync(cancellation);
        // Entries are forgotten after a while, days are not.
        lately ??= await context.UsageDays.Where(day => day.Tenant == job.Tenant).OrderByDescending(day => day.Day).Take(Recent).GroupBy(day => 1)
            .Select(all => new { Seconds = all.Sum(day => day.ComputeSeconds), Work = all.Sum(day => day.PixelSteps) }).SingleOrDefaultAsync(cancellation);
        return lately is { Work: > 0 } ? lately.Seconds / lately.Work * job.Work : 0;
    }

    private static async Task<(long Images, double Seconds)> SumAsync(IQueryable<UsageEntry> entries, CancellationToken cancellation)
    {
        var sum = await entries.GroupBy(entry => 1).Select(all => new { Images = all.LongCount(), Seconds = all.Sum(entry => entry.ComputeSeconds) }).SingleOrDefaultAsync(cancellation);
        return (sum?.Images ?? 0, sum?.Seconds ?? 0);
    }
}
