using Limner.Gateway.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Limner.Gateway.Database;

internal sealed class ApiKeyMapping : IEntityTypeConfiguration<ApiKey>
{
    public void Configure(EntityTypeBuilder<ApiKey> builder)
    {
        builder.ToTable("api_keys");
        builder.HasKey(key => key.Hash);
        builder.Property(key => key.Allowance).IsJson();
        builder.HasIndex(key => key.Prefix, "api_keys_prefix");
        builder.HasIndex(key => key.Id, "api_keys_id").IsUnique();
    }
}
