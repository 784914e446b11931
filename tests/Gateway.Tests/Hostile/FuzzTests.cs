using System.Collections.Concurrent;
using System.Text.Json;
using Limner.Gateway.Tests.Application;

namespace Limner.Gateway.Tests.Hostile;

/// <summary>Tens of thousands of requests that nobody would send in good faith; a million with LIMNER_FUZZ=1000000.</summary>
public sealed class FuzzTests
{
    private const int AtOnce = 8;
    private const long MostHeap = 1L << 30;

    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task No_request_is_answered_with_a_fault_of_the_services_own()
    {
        FuzzPlan plan = FuzzPlan.Read();
        TestDatabase database = TestDatabase.Sqlite();
        // Few waiting jobs, so that what is accepted does not grow without end; the refusals that follow are part of the test.
        await using RunningGateway gateway = await RunningGateway.StartAsync(database, settings: ("Gateway:MaxQueuedPerTenant", "200"));
        using GatewayClient client = await gateway.NewTenantAsync();
        var statuses = new ConcurrentDictionary<int, int>();
        long heap = 0;
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
                Assert.True(status < 500 && (status < 400 || IsEnvelope(body) || !response.Headers.Contains("x-request-id")), $"{status} {body}");
            }
            catch (Exception fault) when (!stop.IsCancellationRequested)
            {
                throw new InvalidOperationException($"{plan}, input {index}, {request.Method} {request.RequestUri}: {fault.Message}", fault);
            }

            if (index % 100 == 0)
            {
                heap = Math.Max(heap, GC.GetTotalMemory(forceFullCollection: false));
            }
        });

        string seen = string.Join(", ", statuses.OrderBy(status => status.Key).Select(status => $"{status.Value} of {status.Key}"));
        TestContext.Current.TestOutputHelper?.WriteLine(seen);
        Assert.True(heap < MostHeap, $"{plan}: {heap} bytes on the heap");
        // The inputs are not all refused at the door: some are jobs, and each kind of refusal occurs.
        Assert.All([200, 202, 400, 404, 405, 415], status => Assert.True(statuses.ContainsKey(status), $"{plan}: no answer was {status}; there were {seen}"));
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
