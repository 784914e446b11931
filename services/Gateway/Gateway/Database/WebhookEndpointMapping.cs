using Limner.Gateway.Webhooks.Endpoints;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Limner.Gateway.Database;

internal sealed class WebhookEndpointMapping : IEntityTypeConfiguration<WebhookEndpoint>
{
    public void Configure(EntityTypeBuilder<WebhookEndpoint> builder)
    {
        builder.ToTable("webhook_endpoints");
        builder.HasKey(endpoint => endpoint.Id);
        builder.Property(endpoint => endpoint.Id).ValueGeneratedNever();
        builder.Property(endpoint => endpoint.Secrets).IsJson();
        builder.Ignore(endpoint => endpoint.Lane).Ignore(endpoint => endpoint.Owner);
        builder.HasIndex(endpoint => new { endpoint.Tenant, endpoint.Id }, "webhook_endpoints_of_tenant");
    }
}
