using Limner.Gateway.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Limner.Gateway.Database;

internal sealed class JobEventMapping : IEntityTypeConfiguration<JobEvent>
{
    public void Configure(EntityTypeBuilder<JobEvent> builder)
    {
        builder.ToTable("job_events");
        builder.HasKey(told => new { told.JobId, told.Number });
        // Exactly one end: the state machine sees to it, and the database would refuse a second.
        builder.HasIndex(told => told.JobId, "job_events_one_end").HasFilter("kind >= 5").IsUnique();
        builder.HasOne<Job>().WithMany().HasForeignKey(told => told.JobId).OnDelete(DeleteBehavior.Cascade);
    }
}
