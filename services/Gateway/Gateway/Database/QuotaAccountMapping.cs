using Limner.Gateway.Limits;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Limner.Gateway.Database;

internal sealed class QuotaAccountMapping : IEntityTypeConfiguration<QuotaAccount>
{
    public void Configure(EntityTypeBuilder<QuotaAccount> builder)
    {
        builder.ToTable("quota_accounts");
        builder.HasKey(account => new { account.Owner, account.Month });
    }
}
