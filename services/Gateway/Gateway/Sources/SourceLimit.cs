using Limner.Gateway.Database;
using Limner.Gateway.Retention;
using Limner.Gateway.Uploads;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Sources;

/// <summary>
/// How much the pictures of a tenant's jobs may have together. It is counted from the jobs' rows, so it is right on every Gateway and after every crash, but for what other
/// Gateways added in the last seconds.
/// </summary>
internal sealed class SourceLimit(Transactions database, IOptions<UploadOptions> options, IOptions<RetentionOptions> retention) : IDisposable
{
    private const int MostTenants = 10_000;

    /// <summary>How long a sum is taken for right: adding it up takes the longer the more that is.</summary>
    private static readonly TimeSpan Known = TimeSpan.FromSeconds(10);

    private readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = MostTenants });

    /// <summary>One more job of a tenant is about to keep pictures.</summary>
    public async Task<WrittenSources> BeginAsync(string tenant, CancellationToken cancellation) =>
        new(options.Value.MaxBytesPerTenant == 0 ? new KeptBytes(0) : await ReadAsync(tenant, cancellation), options.Value.MaxBytesPerTenant, retention.Value.Period);

    public void Dispose() => _kept.Dispose();

    private async Task<KeptBytes> ReadAsync(string tenant, CancellationToken cancellation)
    {
        if (_kept.TryGetValue(tenant, out KeptBytes? known))
        {
            return known!;
        }

        await using GatewayContext context = database.Read();
        var kept = new KeptBytes(await context.Jobs.Where(job => job.Tenant == tenant && job.SourceBytes > 0).SumAsync(job => job.SourceBytes, cancellation));
        return _kept.Set(tenant, kept, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Known });
    }
}
