using System.Globalization;
using Limner.Gateway.Database;
using Limner.Gateway.Errors;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Limits;

/// <summary>
/// Monthly quotas: a job takes from the accounts of its tenant and key when it is accepted, and what it did not use goes back in the transaction that ends it,
/// of which there is one for each job.
/// </summary>
internal static class Quota
{
    /// <summary>Entries that an estimate of compute time is made from.</summary>
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
        if (all.HasQuota)
        {
            accounts.Add(await OpenAsync(context, QuotaAccount.OfTenant(caller.Tenant), month, caller.Tenant, null, cancellation));
            RefuseIfUsedUp(accounts[^1], all, "this tenant's", job, month, now);
        }

        if (caller.Allowance.HasQuota)
        {
            accounts.Add(await OpenAsync(context, QuotaAccount.OfKey(caller.KeyId), month, caller.Tenant, caller.KeyId, cancellation));
            RefuseIfUsedUp(accounts[^1], caller.Allowance, "this key's", job, month, now);
        }

        foreach (QuotaAccount account in accounts)
        {
            Move(context, account, job.Count, seconds);
        }

        return new Reservation(month.Name, job.Count, seconds, [.. accounts.Select(account => account.Owner)]);
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

    // The account of a quota that is new within a month begins with what jobs of that month used before it.
    private static async Task<QuotaAccount> OpenAsync(GatewayContext context, string owner, Month month, string tenant, Guid? key, CancellationToken cancellation)
    {
        if (await FindAsync(context, owner, month.Name, cancellation) is { } known)
        {
            return known;
        }

        Guid first = JobId.Floor(month.Start);
        (long images, double seconds) = await SumAsync(
            context.Usage.Where(entry => entry.Tenant == tenant && entry.At >= month.Start && entry.JobId.CompareTo(first) >= 0 && (key == null || entry.KeyId == key)), cancellation);
        return context.Add(new QuotaAccount(owner, month.Name, images, seconds)).Entity;
    }

    private static async Task<QuotaAccount?> FindAsync(GatewayContext context, string owner, string month, CancellationToken cancellation) =>
        context.QuotaAccounts.Local.FirstOrDefault(account => account.Owner == owner && account.Month == month)
        ?? await context.QuotaAccounts.Where(account => account.Owner == owner && account.Month == month).Lock().SingleOrDefaultAsync(cancellation);

    private static void Move(GatewayContext context, QuotaAccount account, long images, double seconds) =>
        context.Entry(account).CurrentValues.SetValues(account with { Images = account.Images + images, ComputeSeconds = account.ComputeSeconds + seconds });

    // Images are known beforehand. How long they take is not: the last job may go beyond its quota, but no job is refused while there is some left.
    private static void RefuseIfUsedUp(QuotaAccount account, Allowance allowance, string whose, Job job, Month month, DateTimeOffset now)
    {
        string? problem = account.Images + job.Count > allowance.MonthlyImages
            ? string.Create(CultureInfo.InvariantCulture, $"{account.Images} of {whose} {allowance.MonthlyImages} images of {month.Name} are taken, and the job asks for {job.Count}.")
            : account.ComputeSeconds >= allowance.MonthlyComputeSeconds
                ? string.Create(CultureInfo.InvariantCulture, $"All of {whose} {allowance.MonthlyComputeSeconds} compute seconds of {month.Name} are taken.")
                : null;
        if (problem is not null)
        {
            throw new ApiException(StatusCodes.Status429TooManyRequests, ErrorCode.InsufficientQuota, $"{problem} The next month begins at {month.End:O}.", retryAfter: month.End - now);
        }
    }

    private static async Task<double> EstimateAsync(GatewayContext context, Job job, CancellationToken cancellation)
    {
        var lately = await context.Usage.Where(entry => entry.Tenant == job.Tenant).OrderByDescending(entry => entry.At).Take(Recent).GroupBy(entry => 1)
            .Select(all => new { Seconds = all.Sum(entry => entry.ComputeSeconds), Work = all.Sum(entry => entry.PixelSteps) }).SingleOrDefaultAsync(cancellation);
        return lately is { Work: > 0 } ? lately.Seconds / lately.Work * job.Work : 0;
    }

    private static async Task<(long Images, double Seconds)> SumAsync(IQueryable<UsageEntry> entries, CancellationToken cancellation)
    {
        var sum = await entries.GroupBy(entry => 1).Select(all => new { Images = all.LongCount(), Seconds = all.Sum(entry => entry.ComputeSeconds) }).SingleOrDefaultAsync(cancellation);
        return (sum?.Images ?? 0, sum?.Seconds ?? 0);
    }
}
