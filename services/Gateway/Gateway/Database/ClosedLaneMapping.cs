using Limner.Gateway.Webhooks.Deliveries;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Limner.Gateway.Database;

internal sealed class ClosedLaneMapping : IEntityTypeConfiguration<ClosedLane>
{
    public void Configure(EntityTypeBuilder<ClosedLane> builder)
    {
        builder.ToTable("webhook_lanes");
        builder.HasKey(closed => closed.Lane);
    }
}
