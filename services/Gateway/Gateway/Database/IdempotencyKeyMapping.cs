using Limner.Gateway.Idempotency;
using Limner.Gateway.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Limner.Gateway.Database;

internal sealed class IdempotencyKeyMapping : IEntityTypeConfiguration<IdempotencyKey>
{
    public void Configure(EntityTypeBuilder<IdempotencyKey> builder)
    {
        builder.ToTable("idempotency_keys");
        builder.HasKey(key => new { key.Tenant, key.Key });
        builder.Property(key => key.Operation).HasDefaultValue("POST /v1/jobs");
        builder.Property(key => key.Reply).IsJson();
        builder.HasIndex(key => key.Created, "idempotency_keys_created").HasFilter("job_id IS NULL");
        builder.HasIndex(key => key.JobId, "idempotency_keys_job");
        builder.HasOne<Job>().WithMany().HasForeignKey(key => key.JobId).OnDelete(DeleteBehavior.Cascade);
    }
}
