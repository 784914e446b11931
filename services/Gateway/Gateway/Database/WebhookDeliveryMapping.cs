using Limner.Gateway.Webhooks.Deliveries;
using Limner.Gateway.Webhooks.Endpoints;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Limner.Gateway.Database;

internal sealed class WebhookDeliveryMapping : IEntityTypeConfiguration<WebhookDelivery>
{
    public void Configure(EntityTypeBuilder<WebhookDelivery> builder)
    {
        builder.ToTable("webhook_deliveries");
        builder.HasKey(delivery => delivery.Id);
        builder.Property(delivery => delivery.Id).ValueGeneratedNever();
        builder.Property(delivery => delivery.Log).IsJson();
        builder.HasIndex(delivery => new { delivery.Lane, delivery.Due }, "webhook_deliveries_lane").HasFilter("due IS NOT NULL");
        builder.HasIndex(delivery => new { delivery.Tenant, delivery.Id }, "webhook_deliveries_of_tenant");
        builder.HasIndex(delivery => delivery.EndpointId, "webhook_deliveries_waiting").HasFilter("due IS NOT NULL");
        builder.HasIndex(delivery => new { delivery.Tenant, delivery.State, delivery.Id }, "webhook_deliveries_not_delivered").HasFilter("state <> 1");
        builder.HasIndex(delivery => delivery.JobId, "webhook_deliveries_of_job");
        builder.HasIndex(delivery => new { delivery.EndpointId, delivery.Id }, "webhook_deliveries_of_endpoint");
        builder.HasIndex(delivery => delivery.Finished, "webhook_deliveries_finished");
        // One event is told to an endpoint once, however often it is sent. No foreign key to the job: what was told outlives it.
        builder.HasIndex(delivery => new { delivery.EndpointId, delivery.EventId }, "webhook_deliveries_once").IsUnique();
        builder.HasOne<WebhookEndpoint>().WithMany().HasForeignKey(delivery => delivery.EndpointId).OnDelete(DeleteBehavior.Cascade);
    }
}
