using Limner.Gateway.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Limner.Gateway.Database;

/// <summary>
/// No foreign key: what was used stays on record when the job is forgotten. The trigger <c>usage_days_count</c> adds each row to its day: a migration that makes this table anew has
/// to make it anew as well.
/// </summary>
internal sealed class UsageMapping : IEntityTypeConfiguration<UsageEntry>
{
    public void Configure(EntityTypeBuilder<UsageEntry> builder)
    {
        builder.ToTable("usage");
        builder.HasKey(entry => new { entry.JobId, entry.Candidate });
        builder.HasIndex(entry => new { entry.Tenant, entry.At }, "usage_of_tenant");
        builder.HasIndex(entry => new { entry.Tenant, entry.KeyId, entry.At }, "usage_of_key");
    }
}
