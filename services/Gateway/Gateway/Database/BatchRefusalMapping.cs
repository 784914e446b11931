using Limner.Gateway.Batches;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Limner.Gateway.Database;

internal sealed class BatchRefusalMapping : IEntityTypeConfiguration<BatchRefusal>
{
    public void Configure(EntityTypeBuilder<BatchRefusal> builder)
    {
        builder.ToTable("batch_refusals");
        builder.HasKey(refusal => new { refusal.BatchId, refusal.Line });
        builder.Property(refusal => refusal.Failure).IsJson();
        builder.HasOne<Batch>().WithMany().HasForeignKey(refusal => refusal.BatchId).OnDelete(DeleteBehavior.Cascade);
    }
}
