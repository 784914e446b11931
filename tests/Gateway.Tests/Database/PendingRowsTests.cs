using System.Text.Json;
using Limner.Contracts.Edits;
using Limner.Contracts.Images;
using Limner.Contracts.Jobs;
using Limner.Gateway.Database;
using Limner.Gateway.Idempotency;
using Limner.Gateway.Jobs;
using Limner.Gateway.Limits;
using Limner.Gateway.Tests.Application;
using Microsoft.EntityFrameworkCore;

namespace Limner.Gateway.Tests.Database;

/// <summary>What is written past EF Core on one server, and by it on the other, has to be what it reads.</summary>
public sealed class PendingRowsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 13, 0, 0, TimeSpan.Zero);

    private static readonly WorkDone Work = new(20, 81_920, 0.5, "limner-first 2", 7);

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Rows_with_and_without_every_value_are_read_as_they_were_given(string provider)
    {
        using Transactions database = await NewAsync(provider);
        Job bare = MigrationTests.NewJob(), full = Full();
        var key = new IdempotencyKey("t", "k", "POST /v1/jobs", [1, 2, 3], Now) { JobId = full.Id };

        await InsertAsync(database, bare, full, new JobEvent(bare.Id, 1, JobEventKind.Queued, Now), new JobEvent(full.Id, 1, JobEventKind.CandidateFailed, Now) { Candidate = 3, Code = "late" }, key);

        await using GatewayContext context = database.Read();
        Assert.Equal(Json(bare, full), Json(await context.Jobs.OrderBy(job => job.State).ToArrayAsync(TestContext.Current.CancellationToken)));
        Assert.Equal(Json(new JobEvent(bare.Id, 1, JobEventKind.Queued, Now)), Json(await context.Events.SingleAsync(told => told.JobId == bare.Id, TestContext.Current.CancellationToken)));
        JobEvent failed = await context.Events.SingleAsync(told => told.JobId == full.Id, TestContext.Current.CancellationToken);
        Assert.Equal((JobEventKind.CandidateFailed, 3, "late"), (failed.Kind, failed.Candidate, failed.Code));
        Assert.Equal(Json(key), Json(await context.IdempotencyKeys.SingleAsync(TestContext.Current.CancellationToken)));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_job_that_a_transaction_changes_twice_is_as_the_second_change_left_it(string provider)
    {
        using Transactions database = await NewAsync(provider);
        Job queued = MigrationTests.NewJob() with { Count = 2, Pending = 2, KeyId = Guid.NewGuid() };
        await InsertAsync(database, queued);

        JobTransition first = End(queued, 0), second = End(first.After, 1);
        await database.WriteAsync(async context =>
        {
            Job before = await context.Jobs.Where(job => job.Id == queued.Id).Lock().AsNoTracking().SingleAsync(TestContext.Current.CancellationToken);
            await context.WriteAsync(before, first, TestContext.Current.CancellationToken);
            await context.WriteAsync(first.After, second, TestContext.Current.CancellationToken);
            return true;
        }, TestContext.Current.CancellationToken);

        await using GatewayContext context = database.Read();
        Assert.Equal(JobState.Completed, second.After.State);
        Assert.Equal(Json(second.After), Json(await context.Jobs.SingleAsync(TestContext.Current.CancellationToken)));
        Assert.Equal(Json(first.Events.Concat(second.Events).ToArray()), Json(await context.Events.OrderBy(told => told.Number).ToArrayAsync(TestContext.Current.CancellationToken)));
        Assert.Equal(Json(first.Usage!, second.Usage!), Json(await context.Usage.OrderBy(entry => entry.Candidate).ToArrayAsync(TestContext.Current.CancellationToken)));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_change_of_nothing_is_no_statement(string provider)
    {
        using Transactions database = await NewAsync(provider);
        Job job = MigrationTests.NewJob();
        await InsertAsync(database, job);

        await database.WriteAsync(async context =>
        {
            await context.WriteAsync(job, JobTransition.From(job), TestContext.Current.CancellationToken);
            return true;
        }, TestContext.Current.CancellationToken);

        await using GatewayContext context = database.Read();
        Assert.Equal(Json(job), Json(await context.Jobs.SingleAsync(TestContext.Current.CancellationToken)));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_row_that_is_there_is_refused_as_a_duplicate_and_nothing_else_of_its_transaction_stays(string provider)
    {
        using Transactions database = await NewAsync(provider);
        Job job = MigrationTests.NewJob();
        await InsertAsync(database, job);

        DbUpdateException refused = await Assert.ThrowsAsync<DbUpdateException>(() => InsertAsync(database, MigrationTests.NewJob(), job with { Prompt = "another" }));

        Assert.True(DatabaseFaults.IsDuplicate(refused));
        Assert.False(DatabaseFaults.IsUnavailable(refused));
        await using GatewayContext context = database.Read();
        Assert.Equal("a red star", (await context.Jobs.SingleAsync(TestContext.Current.CancellationToken)).Prompt);
    }

    private static Job Full() => MigrationTests.NewJob() with
    {
        KeyId = Guid.NewGuid(),
        Priority = JobPriority.Batch,
        State = JobState.Failed,
        NegativePrompt = "rain",
        RevisedPrompt = "a red star, \"shining\" {in} the sky\\",
        Edit = new EditRequest { Operation = EditOperation.Reroll, Parts = [], Strength = 0.5f },
        Turn = new ConversationTurn("img_1", 2),
        Steps = 20,
        Guidance = 4.5f,
        Adapter = "ink",
        WebhookUrl = "https://example.org/hook",
        Candidates = [new Candidate(0, CandidateState.Rejected) { Failure = new Failure("content_policy_violation", "No.") }],
        Events = 4,
        Attempts = 2,
        Heard = Now,
        Started = Now,
        Finished = Now,
        Failure = new Failure("late", "The job was late."),
        RetryOf = Guid.NewGuid(),
        Reservation = new Reservation("2026-11", 1, 2.5, ["tenant:t"]),
        BatchId = Guid.NewGuid(),
        BatchLine = 17,
    };

    private static JobTransition End(Job job, int candidate) => JobMachine.Apply(
        job, new JobFact.CandidateEnded(new Candidate(candidate, CandidateState.Approved) { Image = new StoredImage($"t/{candidate}.png", 64, 64, 100, new string('0', 64)) }, Work), Now)!;

    private static async Task<Transactions> NewAsync(string provider)
    {
        Transactions database = Contexts.Open(await MigrationTests.NewAsync(provider));
        await new Migrator(database).MigrateAsync(TestContext.Current.CancellationToken);
        return database;
    }

    private static Task<bool> InsertAsync(Transactions database, params object[] rows) => database.WriteAsync(context =>
    {
        foreach (object row in rows)
        {
            context.Insert(row);
        }

        return Task.FromResult(true);
    }, TestContext.Current.CancellationToken);

    private static string Json(params object[] rows) => JsonSerializer.Serialize(rows.Select(row => JsonSerializer.SerializeToElement(row, row.GetType())));
}
