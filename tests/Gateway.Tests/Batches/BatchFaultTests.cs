using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Limner.Contracts.Jobs;
using Limner.Contracts.Workers;
using Limner.Gateway.Batches;
using Limner.Gateway.Database;
using Limner.Gateway.Dispatch;
using Limner.Gateway.Files;
using Limner.Gateway.Jobs;
using Limner.Gateway.Retention;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Database;
using Limner.Gateway.Tests.Files;
using Limner.Gateway.Tests.Sources;
using Limner.Gateway.Tests.Uploads;
using Limner.ObjectStorage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.Batches;

/// <summary>Batches while things go wrong; each has Gateways of its own.</summary>
public sealed class BatchFaultTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_full_queue_makes_a_batch_wait_and_refuses_none_of_its_lines(string provider)
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(await MigrationTests.NewAsync(provider), settings:
            [("Gateway:MaxQueuedPerTenant", "3"), ("Dispatch:UnannouncedWindow", "2"), ("Batches:Window", "50")]);
        using GatewayClient client = await gateway.NewTenantAsync();
        string id = await client.StartBatchAsync(BatchClient.Lines(12));
        await Eventually.TrueAsync(async () => await QueuedAsync(gateway) == 3);
        // Whoever else asks is told that it is full; the batch only waits.
        using (HttpResponseMessage refused = await client.PostAsync("""{"prompt":"a red star"}"""))
        {
            Assert.Equal(429, (int)refused.StatusCode);
        }

        int most = 0;
        await using var painter = new Painter(gateway);
        JsonObject done = await WaitAsync(client, id, "completed", async () => most = Math.Max(most, await QueuedAsync(gateway)));

        Assert.Equal(12, (await client.ResultsAsync(done, 12)).Output.Length);
        // What runs or was released since the last count is not known to the limit.
        Assert.InRange(most, 1, 6);
    }

    [Fact]
    public async Task A_queue_that_fills_while_pictures_are_copied_makes_a_batch_wait_too()
    {
        using var store = new UnreliableStore();
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite(), configure: services => services.AddSingleton<IObjectStore>(store), settings:
            [("Gateway:MaxQueuedPerTenant", "3"), ("Dispatch:UnannouncedWindow", "2")]);
        using GatewayClient client = await gateway.NewTenantAsync();
        store.MeanwhileFirstSource = async () =>
        {
            for (int i = 0; i < 3; i++)
            {
                await client.SubmitAsync();
            }
        };
        string id = await client.StartBatchAsync(BatchClient.PictureLines(4));
        await Eventually.TrueAsync(async () => await gateway.CountJobsAsync() == 4);
        await using var painter = new Painter(gateway);

        Assert.Equal(4, (await client.ResultsAsync(await client.WaitBatchAsync(id, "completed"), 4)).Output.Length);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task At_the_end_of_its_window_what_is_not_done_has_expired(string provider)
    {
        var time = new ShiftedTime();
        await using RunningGateway gateway = await RunningGateway.StartAsync(await MigrationTests.NewAsync(provider), time, settings: [("Batches:Window", "10")]);
        await using var painter = new Painter(gateway);
        using GatewayClient client = await gateway.NewTenantAsync();
        string id = await client.StartBatchAsync([.. BatchClient.Lines(4), .. Enumerable.Range(5, 26).Select(i => BatchClient.Line($"r{i}", $$"""{"prompt":"{{Painter.Waiting}}"}"""))]);
        await Eventually.TrueAsync(async () => BatchClient.Counts(await client.GetBatchAsync(id)) == (30, 4, 0) && await gateway.CountJobsAsync() == 14);

        time.Advance(TimeSpan.FromHours(24));
        JsonObject expired = await client.WaitBatchAsync(id, "expired");

        (JsonObject[] output, JsonObject[] errors) = await client.ResultsAsync(expired, 30);
        Assert.Equal(4, output.Length);
        Assert.All(errors, line => Assert.Equal(("batch_expired", null), ((string)line["error"]!["code"]!, line["response"])));
        Assert.True((long)expired["expired_at"]! >= (long)expired["expires_at"]!);
        Assert.Equal(14, await gateway.CountJobsAsync());
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_one_gateway_began_another_ends_and_a_line_that_became_wrong_is_refused(string provider)
    {
        var time = new ShiftedTime();
        DirectoryInfo objects = Directory.CreateTempSubdirectory("limner-objects-");
        TestDatabase database = await MigrationTests.NewAsync(provider);
        (string, string)[] settings = [("Storage:Path", objects.FullName), ("Batches:Window", "5"), ("Dispatch:SilentAfter", "00:00:01")];
        try
        {
            string id;
            GatewayClient client;
            await using (RunningGateway first = await RunningGateway.StartAsync(database, time, settings: settings))
            {
                client = await first.NewTenantAsync();
                string[] lines = BatchClient.Lines(30);
                lines[20] = BatchClient.Line("r21", """{"prompt":"a red star","size":"256x256"}""");
                id = await client.StartBatchAsync(lines);
                // Some are on their way, and this Gateway's broker is in its memory: they have to be published again.
                await Eventually.TrueAsync(async () => await first.CountJobsAsync() == 5);
            }

            await using RunningGateway second = await RunningGateway.StartAsync(database, time, settings: [.. settings, ("Gateway:Sizes", "64")]);
            await using var painter = new Painter(second);
            using GatewayClient elsewhere = client.At(second);
            time.Advance(TimeSpan.FromMinutes(1));
            second.Reach();
            JsonObject done = await elsewhere.WaitBatchAsync(id, "completed");

            (JsonObject[] output, JsonObject[] errors) = await elsewhere.ResultsAsync(done, 30);
            JsonObject refused = Assert.Single(errors);
            Assert.Equal(("r21", 400, "invalid_value"), ((string)refused["custom_id"]!, (int)refused["response"]!["status_code"]!, (string)refused["response"]!["body"]!["error"]!["code"]!));
            Assert.Equal(29, await second.CountJobsAsync());
            client.Dispose();
        }
        finally
        {
            objects.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Gateways_side_by_side_share_batches_and_do_nothing_twice()
    {
        DirectoryInfo objects = Directory.CreateTempSubdirectory("limner-objects-");
        TestDatabase database = await TestDatabase.PostgresAsync();
        (string, string)[] settings = [("Storage:Path", objects.FullName), ("Batches:Window", "30")];
        try
        {
            await using RunningGateway first = await RunningGateway.StartAsync(database, settings: settings), second = await RunningGateway.StartAsync(database, settings: settings), third = await RunningGateway.StartAsync(database, settings: settings);
            await using Painter one = new(first), two = new(second), three = new(third);
            using GatewayClient client = await first.NewTenantAsync();
            string[] batches = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => client.StartBatchAsync(BatchClient.Lines(120))));

            foreach (string batch in batches)
            {
                JsonObject done = await client.WaitBatchAsync(batch, "completed", TimeSpan.FromMinutes(4));
                Assert.Equal(120, (await client.ResultsAsync(done, 120)).Output.Length);
            }

            Assert.Equal(600, await first.CountJobsAsync());
            // One input, one output for each, and nothing that a second writer left.
            Assert.Equal(10, await first.CountObjectsAsync("/files/"));
        }
        finally
        {
            objects.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_store_that_fails_now_and_then_costs_time_and_no_line()
    {
        var time = new ShiftedTime();
        using var store = new UnreliableStore();
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite(), time, services => services.AddSingleton<IObjectStore>(store), settings: [("Batches:Window", "10")]);
        await using var painter = new Painter(gateway);
        using GatewayClient client = await gateway.NewTenantAsync();
        string id = await client.StartBatchAsync(BatchClient.Lines(40));

        store.FailsEvery = 3;
        JsonObject done = await WaitAsync(client, id, "completed", () =>
        {
            // Whoever failed lets half a minute pass.
            time.Advance(TimeSpan.FromSeconds(2));
            return Task.CompletedTask;
        });
        store.FailsEvery = int.MaxValue;

        Assert.Equal(40, (await client.ResultsAsync(done, 40)).Output.Length);
        Assert.True(store.Failures > 2);
        time.Advance(TimeSpan.FromDays(2));
        await gateway.Services.GetRequiredService<OrphanSweep>().SweepAsync(Cancellation);
        Assert.Equal(2, await gateway.CountObjectsAsync("/files/"));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Lines_that_take_long_to_become_jobs_are_not_taken_from_whoever_is_at_them(string provider)
    {
        var time = new ShiftedTime();
        using var store = new UnreliableStore();
        await using RunningGateway gateway = await RunningGateway.StartAsync(await MigrationTests.NewAsync(provider), time, services => services.AddSingleton<IObjectStore>(store));
        await using var painter = new Painter(gateway);
        using GatewayClient client = await gateway.NewTenantAsync();
        var taken = new ConcurrentQueue<Batch>();
        store.Meanwhile = async key =>
        {
            if (key.Contains("/source-", StringComparison.Ordinal))
            {
                time.Advance(TimeSpan.FromSeconds(8));
                // Another Gateway looks for something to do.
                if (await gateway.Services.GetRequiredService<BatchLedger>().TakeAsync([], Cancellation) is { } lost)
                {
                    taken.Enqueue(lost);
                }
            }
        };
        string id = await client.StartBatchAsync(BatchClient.PictureLines(8));

        JsonObject done = await client.WaitBatchAsync(id, "completed");

        Assert.Empty(taken);
        Assert.Equal(8, (await client.ResultsAsync(done, 8)).Output.Length);
    }

    [Fact]
    public async Task A_file_whose_content_is_gone_fails_its_batch()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite());
        using GatewayClient client = await gateway.NewTenantAsync();
        string id = await client.StartBatchAsync(BatchClient.Lines(1, Painter.Waiting));
        await client.WaitBatchAsync(id, "in_progress");
        await client.LoseBlocksAsync(gateway);

        await client.CancelBatchAsync(id);
        Assert.Equal("file_not_found", (string?)(await client.WaitBatchAsync(id, "failed"))["errors"]!["data"]![0]!["code"]);
    }

    [Fact]
    public async Task A_line_whose_picture_is_lost_is_refused_and_the_others_are_drawn()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite());
        await using var painter = new Painter(gateway);
        using GatewayClient client = await gateway.NewTenantAsync();
        string picture = await SourceTests.UploadAsync(client, TestPictures.Png(64, 64));
        await client.LoseBlocksAsync(gateway);
        string id = await client.StartBatchAsync(BatchClient.Line("r1"), BatchClient.Line("r2", $$"""{"operation":"variation","image":"{{picture}}"}"""), BatchClient.Line("r3"));

        (JsonObject[] output, JsonObject[] errors) = await client.ResultsAsync(await client.WaitBatchAsync(id, "completed"), 3);

        Assert.Equal(2, output.Length);
        JsonNode refused = Assert.Single(errors)["response"]!;
        Assert.Equal((404, "file_not_found"), ((int)refused["status_code"]!, (string)refused["body"]!["error"]!["code"]!));
    }

    [Fact]
    public async Task What_was_drawn_is_handed_over_though_its_model_is_gone_and_its_line_would_be_refused_now()
    {
        var time = new ShiftedTime();
        using var objects = new UnreliableStore();
        TestDatabase database = TestDatabase.Sqlite();
        (string, string)[] settings = [("Dispatch:SilentAfter", "00:00:01")];
        string id;
        GatewayClient client;
        await using (RunningGateway first = await RunningGateway.StartAsync(database, time, services => services.AddSingleton<IObjectStore>(objects), settings: settings))
        {
            first.Services.GetRequiredService<WorkerPool>().Note(new WorkerAnnounced("w", JobStage.Decoding, 8, "limner-before 1"));
            client = await first.NewTenantAsync();
            const string Generations = "/v1/images/generations";
            id = await client.StartBatchAtAsync(
                Generations,
                BatchClient.Line("r1", """{"prompt":"a red star","size":"64x64","model":"limner-before","response_format":"url"}""", Generations),
                BatchClient.Line("r2", """{"prompt":"a red star","size":"64x64","model":"limner-before","response_format":"b64_json","output_format":"jpeg"}""", Generations),
                BatchClient.Line("r3", $$"""{"prompt":"a red star",{{new string(' ', 10_000)}}"size":"64x64"}""", Generations));
            await Eventually.TrueAsync(async () => await first.CountJobsAsync() == 3);
        }

        await using RunningGateway second = await RunningGateway.StartAsync(
            database, time, services => services.AddSingleton<IObjectStore>(objects), settings: [.. settings, ("Gateway:MaxBodyBytes", "1024")]);
        await using var painter = new Painter(second);
        using GatewayClient elsewhere = client.At(second);
        client.Dispose();
        time.Advance(TimeSpan.FromMinutes(1));
        second.Reach();
        JsonObject done = await elsewhere.WaitBatchAsync(id, "completed");

        Assert.Equal((3, 3, 0), BatchClient.Counts(done));
        JsonNode[] pictures = [.. (await elsewhere.LinesAsync(done["output_file_id"])).Select(line => line["response"]!["body"]!["data"]![0]!)];
        Assert.StartsWith("http", (string)pictures[0]["url"]!, StringComparison.Ordinal);
        Assert.Equal([0xFF, 0xD8], Convert.FromBase64String((string)pictures[1]["b64_json"]!)[..2]);
        Assert.StartsWith("http", (string)pictures[2]["url"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_was_not_read_within_the_window_fails_its_batch()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite());
        using GatewayClient client = await gateway.NewTenantAsync();
        Guid file = FileId.Parse(await client.UploadAsync(BatchClient.Lines(1)))!.Value;
        DateTimeOffset now = Job.Storable(TimeProvider.System.GetUtcNow());
        Batch late = NewBatch(client, now) with { InputFileId = file, Expires = now - TimeSpan.FromSeconds(1), Due = now };
        await gateway.Database.WriteAsync(context =>
        {
            context.Add(late);
            return Task.FromResult(true);
        }, Cancellation);
        JsonObject failed = await client.WaitBatchAsync(BatchId.Format(late.Id), "failed");
        Assert.Equal("batch_expired", (string?)failed["errors"]!["data"]![0]!["code"]);
        Assert.Equal(0, await gateway.CountJobsAsync());
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_job_is_kept_until_its_batch_has_written_down_what_became_of_it(string provider)
    {
        var time = new ShiftedTime();
        await using RunningGateway gateway = await RunningGateway.StartAsync(await MigrationTests.NewAsync(provider), time);
        using GatewayClient client = await gateway.NewTenantAsync();
        await Eventually.TrueAsync(() => gateway.Services.GetRequiredService<Migrator>().IsCurrentAsync(Cancellation));
        DateTimeOffset now = Job.Storable(time.GetUtcNow());
        Batch open = NewBatch(client, now), over = NewBatch(client, now).Enter(BatchState.Completed, now + TimeSpan.FromDays(2));
        Job kept = Ended(client, open, now), forgotten = Ended(client, over, now);
        await gateway.Database.WriteAsync(context =>
        {
            context.AddRange(open, over, kept, forgotten);
            return Task.FromResult(true);
        }, Cancellation);
        time.Advance(TimeSpan.FromDays(31));

        await gateway.Services.GetRequiredService<RetentionSweep>().SweepAsync(Cancellation);

        await using GatewayContext context = gateway.Database.Read();
        Assert.Equal([kept.Id], await context.Jobs.Select(job => job.Id).ToListAsync(Cancellation));
        time.Advance(TimeSpan.FromDays(2));
        await gateway.Services.GetRequiredService<FileSweep>().SweepAsync(Cancellation);
        Assert.Equal([open.Id], await context.Batches.Select(batch => batch.Id).ToListAsync(Cancellation));
    }

    private static Batch NewBatch(GatewayClient client, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        Tenant = client.Tenant,
        KeyId = Guid.NewGuid(),
        InputFileId = Guid.NewGuid(),
        Endpoint = BatchClient.Jobs,
        Home = "http://localhost",
        Created = now,
        Expires = now + TimeSpan.FromDays(1),
        Due = now + TimeSpan.FromDays(1000),
    };

    private static Job Ended(GatewayClient client, Batch batch, DateTimeOffset now) =>
        MigrationTests.NewJob(client.Tenant) with { BatchId = batch.Id, BatchLine = 1, State = JobState.Completed, Finished = now };

    private static async Task<JsonObject> WaitAsync(GatewayClient client, string id, string status, Func<Task> meanwhile)
    {
        await Eventually.TrueAsync(async () =>
        {
            await meanwhile();
            return (string)(await client.GetBatchAsync(id))["status"]! == status;
        });
        return await client.WaitBatchAsync(id, status);
    }

    private static async Task<int> QueuedAsync(RunningGateway gateway)
    {
        await using GatewayContext context = gateway.Database.Read();
        return await context.Jobs.CountAsync(job => job.State == JobState.Queued, Cancellation);
    }
}
