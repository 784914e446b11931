using Limner.Gateway.Database;
using Limner.Gateway.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Retention;

/// <summary>Forgets the entries of images that were drawn long ago. Their days stay: reports are the same afterwards.</summary>
internal sealed class UsageSweep(Transactions database, IOptions<RetentionOptions> options, TimeProvider time)
{
    private const int MostAtOnce = 1000;

    /// <returns>How many were forgotten.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellation)
    {
        Guid end = JobId.Floor(time.GetUtcNow() - options.Value.Usage);
        int forgotten = 0, found;
        do
        {
            found = await database.WriteAsync(context =>
            {
                // A job that nobody was there to end at its deadline is yet to be settled with its entries.
                IQueryable<Guid> old = context.Usage.Where(entry => entry.JobId.CompareTo(end) < 0 && !context.Jobs.Any(job => job.Id == entry.JobId && job.State < JobState.Completed))
                    .OrderBy(entry => entry.JobId).Take(MostAtOnce).Select(entry => entry.JobId);
                return context.Usage.Where(entry => old.Contains(entry.JobId)).ExecuteDeleteAsync(cancellation);
            }, cancellation);
            forgotten += found;
        }
        while (found >= MostAtOnce);
        return forgotten;
    }
}
