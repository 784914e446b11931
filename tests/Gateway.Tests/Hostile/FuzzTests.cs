using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Limner.Contracts.Jobs;
using Limner.Contracts.Workers;
using Limner.Gateway.Batches;
using Limner.Gateway.Catalogue;
using Limner.Gateway.Dispatch;
using Limner.Gateway.Errors;
using Limner.Gateway.Generations;
using Limner.Gateway.Moderations;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Batches;
using Limner.Gateway.Tests.Files;
using Limner.Imaging.Uploads;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Tests.Hostile;

/// <summary>Tens of thousands of requests that nobody would send in good faith; a million with LIMNER_FUZZ=1000000.</summary>
public sealed class FuzzTests
{
    private const int AtOnce = 8;
    private const int LinesForAFile = 200;
    private const long MostHeap = 1L << 30;

    // Other tests of this process take memory too; HostileUploadTests measures a service alone.
    private const long MostResident = 3L << 30;

    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task No_request_is_answered_with_a_fault_of_the_services_own()
    {
        FuzzPlan plan = FuzzPlan.Read();
        TestDatabase database = TestDatabase.Sqlite();
        // Few waiting jobs, so that what is accepted does not grow without end; the refusals that follow are part of the test.
        await using RunningGateway gateway = await RunningGateway.StartAsync(database, settings: [("Gateway:MaxQueuedPerTenant", "200"), ("Images:WaitLimit", "00:00:00.100"), ("Uploads:AtOnce", "8"), ("Files:AtOnce", "16")]);
        // A model that nobody has announced yet is no mistake of the caller's.
        await gateway.Bus.Publish(new WorkerAnnounced("w", JobStage.Decoding, 1, "limner-first 1.0.0"), TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => gateway.Services.GetRequiredService<WorkerPool>().Models.Count > 0);
        using GatewayClient client = await gateway.NewTenantAsync();
        var statuses = new ConcurrentDictionary<int, int>();
        long heap = 0, resident = 0, before = Environment.WorkingSet;
        await Parallel.ForAsync(0, plan.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = TestContext.Current.CancellationToken }, async (index, stop) =>
        {
            using HttpRequestMessage request = RequestFuzzer.Make(plan.ChanceOf(index));
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(Hang);
            try
            {
                using HttpResponseMessage response = await client.Http.SendAsync(request, limit.Token);
                int status = (int)response.StatusCode;
                statuses.AddOrUpdate(status, 1, (_, count) => count + 1);
                string body = await response.Content.ReadAsStringAsync(limit.Token);
                // What the server itself refuses as no HTTP (a path with U+0000) never reaches the middleware.
                // Nobody draws here: an edit that happens to be one is told that its job is still running.
                Assert.True((status < 500 || body.Contains(ErrorCode.JobStillRunning, StringComparison.Ordinal)) && (status < 400 || IsEnvelope(body) || !response.Headers.Contains("x-request-id")), $"{status} {body}");
                Assert.DoesNotContain(response.Headers.Concat(response.Content.Headers), header => header.Key is "Set-Cookie" or "X" || header.Key.StartsWith("X-1", StringComparison.Ordinal));
            }
            catch (HttpRequestException closed) when (closed.InnerException is IOException { InnerException: SocketException } && request.Headers.TransferEncodingChunked == true)
            {
                // Of a body without a length the server reads what it may have, answers, and closes: who still sends does not always read the answer.
                statuses.AddOrUpdate(StatusCodes.Status413PayloadTooLarge, 1, (_, count) => count + 1);
            }
            catch (Exception fault) when (!stop.IsCancellationRequested)
            {
                throw new InvalidOperationException($"{plan}, input {index}, {request.Method} {request.RequestUri}: {fault.Message}", fault);
            }

            if (index % 2000 == 0)
            {
                // What is held, without what only waits to be collected, most of which is the fuzzer's own.
                (heap, resident) = (Math.Max(heap, GC.GetTotalMemory(forceFullCollection: true)), Math.Max(resident, Environment.WorkingSet));
            }
        });

        string seen = string.Join(", ", statuses.OrderBy(status => status.Key).Select(status => $"{status.Value} of {status.Key}"));
        TestContext.Current.TestOutputHelper?.WriteLine(seen);
        TestContext.Current.TestOutputHelper?.WriteLine($"{heap >> 20} MiB on the heap, {(resident - before) >> 20} MiB more resident");
        Assert.True(heap < MostHeap, $"{plan}: {heap} bytes on the heap");
        Assert.True(resident - before < MostResident, $"{plan}: {resident - before} bytes more resident");
        // The inputs are not all refused at the door: some are jobs, and each kind of refusal occurs.
        Assert.All([200, 202, 400, 404, 405, 415], status => Assert.True(statuses.ContainsKey(status), $"{plan}: no answer was {status}; there were {seen}"));
    }

    /// <summary>The parts that read what strangers wrote, without a server around them: either they can read it, or they say in their own words why not.</summary>
    [Fact]
    public async Task No_reader_fails_in_another_way_than_its_own()
    {
        FuzzPlan plan = FuzzPlan.Read();
        var workers = new WorkerPool(Options.Create(new DispatchOptions()), TimeProvider.System);
        workers.Note(new WorkerAnnounced("w", JobStage.Decoding, 1, "limner-first 1.0.0"));
        var generations = new GenerationReader(new ModelCatalogue(workers));
        var limits = new GatewayOptions();
        int read = 0, refused = 0;
        await Parallel.ForAsync(0, plan.Count, TestContext.Current.CancellationToken, async (index, stop) =>
        {
            Random chance = plan.ChanceOf(index);
            try
            {
                switch (chance.Next(4))
                {
                    case 0:
                        _ = generations.Read(JsonFuzzer.Make(chance), limits, TimeProvider.System.GetUtcNow());
                        break;
                    case 1:
                        _ = ModerationReader.Read(JsonFuzzer.Make(chance));
                        break;
                    case 2:
                        _ = UploadedImage.Check(PictureFuzzer.Make(chance), 1 << 22);
                        break;
                    default:
                        var lines = new LineReader(new MemoryStream(LineFuzzer.Make(chance)), 72 * 1024);
                        while (await lines.ReadAsync(stop) is { } line)
                        {
                            BatchLine.Parse(line, "/v1/jobs", 72 * 1024);
                        }

                        break;
                }

                Interlocked.Increment(ref read);
            }
            catch (Exception refusal) when (refusal is ApiException { Status: >= 400 and < 500 } or InvalidDataException)
            {
                Interlocked.Increment(ref refused);
            }
            catch (Exception fault) when (!stop.IsCancellationRequested)
            {
                throw new InvalidOperationException($"{plan}, input {index}: {fault.Message}", fault);
            }
        });

        TestContext.Current.TestOutputHelper?.WriteLine($"{read} read, {refused} refused");
        Assert.True(read > plan.Count / 50 && refused > plan.Count / 50, $"{plan}: {read} read, {refused} refused");
    }

    [Fact]
    public async Task Files_of_any_lines_are_drawn_or_refused_and_never_hang()
    {
        FuzzPlan plan = FuzzPlan.Read();
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite(), settings: [("Batches:MaxPerTenant", "10000")]);
        using GatewayClient client = await gateway.NewTenantAsync();
        var ends = new ConcurrentDictionary<string, int>();
        await Parallel.ForAsync(0, plan.Count / LinesForAFile, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = TestContext.Current.CancellationToken }, async (index, _) =>
        {
            using HttpResponseMessage uploaded = await client.UploadAsync(FileClient.Form(new ByteArrayContent(LineFuzzer.Make(plan.ChanceOf(index)))));
            if (uploaded.StatusCode == HttpStatusCode.BadRequest)
            {
                return; // An empty file.
            }

            Assert.Equal(HttpStatusCode.OK, uploaded.StatusCode);
            string batch = (string)(await GatewayClient.ReadAsync(await client.PostBatchAsync(BatchClient.Request((string)(await FileClient.ReadJsonAsync(uploaded))!["id"]!))))["id"]!;
            string status = "";
            await Eventually.TrueAsync(async () => (status = (string)(await client.GetBatchAsync(batch))["status"]!) != "validating");
            ends.AddOrUpdate(status, 1, (_, count) => count + 1);
            if (status == "in_progress")
            {
                await client.CancelBatchAsync(batch);
            }
        });

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", ends));
        Assert.True(ends.ContainsKey("failed") && ends.Keys.Except(["failed", "in_progress", "finalizing", "completed"]).Any() == false, $"{plan}: {string.Join(", ", ends)}");
    }

    private static bool IsEnvelope(string body)
    {
        try
        {
            JsonElement error = JsonDocument.Parse(body).RootElement.GetProperty("error");
            return new[] { "type", "message", "param", "code" }.SequenceEqual(error.EnumerateObject().Select(property => property.Name));
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return false;
        }
    }
}
