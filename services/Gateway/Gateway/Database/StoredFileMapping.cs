using Limner.Gateway.Files;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Limner.Gateway.Database;

internal sealed class StoredFileMapping : IEntityTypeConfiguration<StoredFile>
{
    public void Configure(EntityTypeBuilder<StoredFile> builder)
    {
        builder.ToTable("files");
        builder.HasKey(file => file.Id);
        builder.Property(file => file.Id).ValueGeneratedNever();
        builder.HasIndex(file => new { file.Tenant, file.Id }, "files_of_tenant");
        builder.HasIndex(file => file.Expires, "files_expires");
        // How much a tenant keeps is summed up from it alone.
        builder.HasIndex(file => new { file.Tenant, file.Bytes }, "files_bytes");
    }
}
