using Limner.Gateway.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Limner.Gateway.Database;

/// <summary>The table of jobs and the indexes that keep a queue of 100,000 as quick as an empty one.</summary>
internal sealed class JobMapping : IEntityTypeConfiguration<Job>
{
    public void Configure(EntityTypeBuilder<Job> builder)
    {
        builder.ToTable("jobs");
        builder.HasKey(job => job.Id);
        builder.Property(job => job.Id).ValueGeneratedNever();
        builder.Property(job => job.Seed).HasConversion<long>();
        builder.Property(job => job.Metadata).IsJson();
        builder.Property(job => job.Candidates).IsJson();
        builder.Property(job => job.Edit).IsJson();
        builder.Property(job => job.Turn).IsJson();
        builder.Property(job => job.Failure).IsJson();
        builder.Property(job => job.Reservation).IsJson();
        builder.Ignore(job => job.IsOver);

        builder.HasIndex(job => new { job.Priority, job.Tenant, job.Id }, "jobs_queue").HasFilter("state = 0");
        builder.HasIndex(job => job.Heard, "jobs_running").HasFilter("state = 1");
        builder.HasIndex(job => job.Deadline, "jobs_deadline").HasFilter("state < 2");
        builder.HasIndex(job => new { job.Tenant, job.KeyId }, "jobs_under_way").HasFilter("state < 2 AND priority = 0");
        builder.HasIndex(job => job.Finished, "jobs_finished");
        builder.HasIndex(job => new { job.Tenant, job.Id }, "jobs_of_tenant");
        // Among millions that were completed, the few that failed or were cancelled are what is looked for.
        builder.HasIndex(job => new { job.Tenant, job.State, job.Id }, "jobs_ended_badly").HasFilter("state > 2");
        // How much a tenant's jobs were given is summed up from it alone.
        builder.HasIndex(job => new { job.Tenant, job.SourceBytes }, "jobs_with_sources").HasFilter("source_bytes > 0");
        builder.HasIndex(job => job.RetryOf, "jobs_retry").HasFilter("retry_of IS NOT NULL").IsUnique();
        // A line becomes one job: the database would refuse a second.
        builder.HasIndex(job => new { job.BatchId, job.BatchLine }, "jobs_of_batch").HasFilter("batch_id IS NOT NULL").IsUnique();
        builder.HasIndex(job => new { job.BatchId, job.State }, "jobs_of_batch_by_state").HasFilter("batch_id IS NOT NULL");
        // Lists, newest first: of a batch, and of the priority of which there are few among a tenant's jobs, or so many that they go on for pages.
        builder.HasIndex(job => new { job.BatchId, job.Id }, "jobs_of_batch_by_id").HasFilter("batch_id IS NOT NULL");
        builder.HasIndex(job => new { job.Tenant, job.Id }, "jobs_of_tenant_at_leisure").HasFilter("priority = 1");
    }
}
