using Limner.Gateway.Jobs;
using Limner.Gateway.Submissions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Limner.Gateway.Database;

internal sealed class IdempotencyKeyMapping : IEntityTypeConfiguration<IdempotencyKey>
{
    public void Configure(EntityTypeBuilder<IdempotencyKey> builder)
    {
        builder.ToTable("idempotency_keys");
        builder.HasKey(key => new { key.Tenant, key.Key });
        builder.HasIndex(key => key.JobId, "idempotency_keys_job");
        builder.HasOne<Job>().WithMany().HasForeignKey(key => key.JobId).OnDelete(DeleteBehavior.Cascade);
    }
}
