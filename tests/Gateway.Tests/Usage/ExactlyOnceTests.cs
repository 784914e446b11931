using System.Text.Json.Nodes;
using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Gateway.Database;
using Limner.Gateway.Jobs;
using Limner.Gateway.Keys;
using Limner.Gateway.Limits;
using Limner.Gateway.Tests.Application;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Limner.Gateway.Tests.Usage;

/// <summary>
/// Two Gateways on one PostgreSQL are told everything three times, in any order and at once, while jobs are cancelled and all sessions of the database are
/// ended again and again. In the end each image that was drawn is charged once, and the quotas have taken what was used and no more.
/// </summary>
public sealed class ExactlyOnceTests
{
    private const int Jobs = 40;
    private const int Images = 3;
    private const double Seconds = 0.25;

    [Fact]
    public async Task Usage_and_quotas_count_once_what_is_told_often_while_the_database_fails()
    {
        TestDatabase database = await TestDatabase.PostgresAsync();
        (string, string)[] settings = [("Limits:MonthlyImages", "100000"), ("Limits:MonthlyComputeSeconds", "100000")];
        await using RunningGateway one = await RunningGateway.StartAsync(database, settings: settings), two = await RunningGateway.StartAsync(database, settings: settings);
        using GatewayClient client = await one.NewKeyAsync(new KeyTerms("acme", Scopes.Generate | Scopes.Read) { Allowance = new Allowance { MonthlyImages = 100_000 } });
        var jobs = new List<Guid>();
        for (int i = 0; i < Jobs; i++)
        {
            jobs.Add(await client.SubmitAsync(new { prompt = "a red star", size = "64x64", n = Images }));
        }

        // 1. Everything three times, to both
        var random = new Random(42);
        var messages = new List<(RunningGateway Gateway, object Message)>();
        foreach (Guid job in jobs)
        {
            for (int candidate = 0; candidate < Images; candidate++)
            {
                StoredImage image = await one.DrawAsync("acme", job, candidate);
                object told = candidate == 2 && random.Next(3) == 0
                    ? new StageFailed(job, candidate, JobStage.Decoding, "stage_failed", "It failed.")
                    : new ImageApproved(job, candidate, image, new WorkDone(10, 40960, Seconds, "first 1"));
                messages.AddRange([(one, told), (two, told), (random.Next(2) == 0 ? one : two, told)]);
            }
        }

        (RunningGateway Gateway, object Message)[] shuffled = [.. messages];
        random.Shuffle(shuffled);

        // 2. While sessions end and jobs are cancelled
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Task faults = EndSessionsAsync(database, end.Token);
        foreach ((RunningGateway gateway, object message) in shuffled)
        {
            await gateway.Bus.Publish(message, TestContext.Current.CancellationToken);
            if (random.Next(30) == 0)
            {
                (await client.Http.DeleteAsync($"/v1/jobs/{JobId.Format(jobs[random.Next(Jobs)])}", TestContext.Current.CancellationToken)).Dispose();
            }
        }

        await Eventually.TrueAsync(async () => await TriedAsync(async () =>
        {
            await using GatewayContext context = one.Database.Read();
            return !await context.Jobs.AnyAsync(job => job.State < JobState.Completed, TestContext.Current.CancellationToken);
        }));
        await end.CancelAsync();
        await faults;

        // 3. What is left
        await using GatewayContext after = two.Database.Read();
        Job[] rows = await after.Jobs.AsNoTracking().ToArrayAsync(TestContext.Current.CancellationToken);
        UsageEntry[] entries = await after.Usage.AsNoTracking().ToArrayAsync(TestContext.Current.CancellationToken);
        (Guid, int)[] drawn = [.. rows.SelectMany(job => job.Candidates.Where(candidate => candidate.State == CandidateState.Approved).Select(candidate => (job.Id, candidate.Index)))];
        Assert.Equal(drawn.Order(), entries.Select(entry => (entry.JobId, entry.Candidate)).Order());
        Assert.InRange(entries.Length, Jobs, Jobs * Images);
        Assert.Equal(Jobs, await after.Events.CountAsync(told => told.Kind >= JobEventKind.Completed, TestContext.Current.CancellationToken));
        Assert.Equal(entries.Length, (await UsageDayTests.AddedUpAsync(after)).Sum(day => day.Images));
        QuotaAccount[] accounts = await after.QuotaAccounts.AsNoTracking().ToArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, accounts.Length);
        Assert.All(accounts, account => Assert.Equal((entries.Length, entries.Length * Seconds), (account.Images, Math.Round(account.ComputeSeconds, 6))));
        JsonObject usage = await GatewayClient.ReadAsync(await client.Http.GetAsync("/v1/usage", TestContext.Current.CancellationToken));
        JsonNode row = Assert.Single(usage["data"]!.AsArray())!;
        Assert.Equal(
            (entries.Length, entries.Length * 10L, entries.Length * 40960L, entries.Length * Seconds),
            ((int)row["images"]!, (long)row["steps"]!, (long)row["pixel_steps"]!, (double)row["compute_seconds"]!));
    }

    // As a failover does, at any moment of a transaction.
    private static async Task EndSessionsAsync(TestDatabase database, CancellationToken stop)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(CancellationToken.None);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(150));
        try
        {
            for (int times = 0; times < 20 && await timer.WaitForNextTickAsync(stop); times++)
            {
                await using var command = new NpgsqlCommand("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()", connection);
                await command.ExecuteNonQueryAsync(CancellationToken.None);
            }
        }
        catch (OperationCanceledException)
        {
            // All is done.
        }
    }

    private static async Task<bool> TriedAsync(Func<Task<bool>> condition)
    {
        try
        {
            return await condition();
        }
        catch (Exception fault) when (DatabaseFaults.IsUnavailable(fault))
        {
            return false;
        }
    }
}
