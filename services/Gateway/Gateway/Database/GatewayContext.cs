using Limner.Gateway.Background;
using Limner.Gateway.Batches;
using Limner.Gateway.Files;
using Limner.Gateway.Idempotency;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Limner.Gateway.Limits;
using Limner.Gateway.Usage;
using Limner.Gateway.Webhooks.Deliveries;
using Limner.Gateway.Webhooks.Endpoints;
using Limner.Gateway.Webhooks.Events;
using Limner.Gateway.Webhooks.Signing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Limner.Gateway.Database;

/// <summary>The tables. Each server has a context of its own, since each has migrations of its own.</summary>
internal abstract class GatewayContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Job> Jobs => Set<Job>();

    public DbSet<JobEvent> Events => Set<JobEvent>();

    public DbSet<UsageEntry> Usage => Set<UsageEntry>();

    public DbSet<UsageDay> UsageDays => Set<UsageDay>();

    public DbSet<ApiKey> Keys => Set<ApiKey>();

    public DbSet<QuotaAccount> QuotaAccounts => Set<QuotaAccount>();

    public DbSet<IdempotencyKey> IdempotencyKeys => Set<IdempotencyKey>();

    public DbSet<WebhookEndpoint> WebhookEndpoints => Set<WebhookEndpoint>();

    public DbSet<WebhookAccount> WebhookAccounts => Set<WebhookAccount>();

    public DbSet<WebhookDelivery> WebhookDeliveries => Set<WebhookDelivery>();

    public DbSet<ClosedLane> ClosedLanes => Set<ClosedLane>();

    public DbSet<StoredFile> Files => Set<StoredFile>();

    public DbSet<Batch> Batches => Set<Batch>();

    public DbSet<BatchRefusal> BatchRefusals => Set<BatchRefusal>();

    public DbSet<Duty> Duties => Set<Duty>();

    /// <summary>Endpoints of tenants as this transaction found them: it may tell of many jobs' ends.</summary>
    public Dictionary<string, IReadOnlyList<WebhookEndpoint>> FoundEndpoints { get; } = new(StringComparer.Ordinal);

    /// <summary>Usage that this transaction adds.</summary>
    public List<UsageEntry> AddedUsage { get; } = [];

    /// <summary>Tenants whose lock this transaction has.</summary>
    public HashSet<string> LockedTenants { get; } = new(StringComparer.Ordinal);

    /// <summary>Contexts are pooled: forgets what another transaction left.</summary>
    public virtual void Begin()
    {
        FoundEndpoints.Clear();
        AddedUsage.Clear();
        LockedTenants.Clear();
    }

    /// <summary>Adds a row of which there are many. It is written when this transaction is saved, and cannot be found before.</summary>
    public virtual void Insert(object row) => Add(row);

    /// <summary>A time as the server keeps it, for statements written by hand.</summary>
    public virtual object Stored(DateTimeOffset time) => time;

    /// <summary>Takes what a fact changed into this transaction, and with a job's end what it owes its quotas and the webhooks that tell of it.</summary>
    public async Task WriteAsync(Job before, JobTransition change, CancellationToken cancellation)
    {
        Change(before, change.After);
        foreach (JobEvent told in change.Events)
        {
            Insert(told);
        }

        if (change.Usage is { } usage)
        {
            AddedUsage.Add(usage);
            Insert(usage);
        }

        if (change.After.IsOver)
        {
            await EventOutbox.WriteEndAsync(this, change.After, cancellation);
            await Quota.SettleAsync(this, change.After, cancellation);
        }
    }

    /// <summary>A row that this transaction has locked, and what it becomes.</summary>
    protected virtual void Change(Job before, Job after) => (Jobs.Local.FindEntry(before.Id) ?? Attach(before)).CurrentValues.SetValues(after);

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfiguration(new JobMapping());
        modelBuilder.ApplyConfiguration(new JobEventMapping());
        modelBuilder.ApplyConfiguration(new UsageMapping());
        modelBuilder.ApplyConfiguration(new UsageDayMapping());
        modelBuilder.ApplyConfiguration(new ApiKeyMapping());
        modelBuilder.ApplyConfiguration(new QuotaAccountMapping());
        modelBuilder.ApplyConfiguration(new IdempotencyKeyMapping());
        modelBuilder.ApplyConfiguration(new WebhookEndpointMapping());
        modelBuilder.ApplyConfiguration(new WebhookAccountMapping());
        modelBuilder.ApplyConfiguration(new WebhookDeliveryMapping());
        modelBuilder.ApplyConfiguration(new ClosedLaneMapping());
        modelBuilder.ApplyConfiguration(new StoredFileMapping());
        modelBuilder.ApplyConfiguration(new BatchMapping());
        modelBuilder.ApplyConfiguration(new BatchRefusalMapping());
        modelBuilder.ApplyConfiguration(new DutyMapping());
        foreach (IMutableProperty property in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            property.SetColumnName(SnakeCase(property.Name));
        }
    }

    // Who looks into the database with psql should not have to quote every name.
    private static string SnakeCase(string name) =>
        string.Concat(name.Select((letter, i) => i > 0 && char.IsUpper(letter) ? $"_{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));
}
