using Limner.Gateway.Batches;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Limner.Gateway.Database;

/// <summary>Batches have no foreign key to their files or from their jobs: each has a life of its own, and a key would lock the batch's row for every line.</summary>
internal sealed class BatchMapping : IEntityTypeConfiguration<Batch>
{
    public void Configure(EntityTypeBuilder<Batch> builder)
    {
        builder.ToTable("batches");
        builder.HasKey(batch => batch.Id);
        builder.Property(batch => batch.Id).ValueGeneratedNever();
        builder.Property(batch => batch.Metadata).IsJson();
        builder.Property(batch => batch.Entered).IsJson();
        builder.Property(batch => batch.Errors).IsJson();
        builder.Ignore(batch => batch.IsOver);
        builder.HasIndex(batch => new { batch.Tenant, batch.Id }, "batches_of_tenant");
        builder.HasIndex(batch => batch.Due, "batches_due").HasFilter("state < 4");
        builder.HasIndex(batch => batch.Ended, "batches_ended");
        builder.HasIndex(batch => batch.InputFileId, "batches_of_file").HasFilter("state < 4");
    }
}
