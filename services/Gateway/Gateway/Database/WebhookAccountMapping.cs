using Limner.Gateway.Webhooks.Signing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Limner.Gateway.Database;

internal sealed class WebhookAccountMapping : IEntityTypeConfiguration<WebhookAccount>
{
    public void Configure(EntityTypeBuilder<WebhookAccount> builder)
    {
        builder.ToTable("webhook_accounts");
        builder.HasKey(account => account.Tenant);
        builder.Property(account => account.Secrets).IsJson();
        builder.Ignore(account => account.Owner);
    }
}
