using System.Net;
using Limner.Gateway.Database;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Generations;
using Limner.Gateway.Waiting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.Waiting;

/// <summary>A request that comes again at another Gateway before the first one has seen that its connection is gone.</summary>
public sealed class ElsewhereTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"prompt":"a star","response_format":"b64_json"}""")]
    [InlineData("""{"prompt":"a star","stream":true}""")]
    public async Task Whoever_waits_for_a_job_that_another_left_is_drawn_for_anew(string body)
    {
        DirectoryInfo objects = Directory.CreateTempSubdirectory("limner-objects-");
        try
        {
            TestDatabase database = await TestDatabase.PostgresAsync();
            (string, string)[] settings = [("Storage:Path", objects.FullName)];
            await using RunningGateway first = await RunningGateway.StartAsync(database, settings: settings), second = await RunningGateway.StartAsync(database, settings: settings);
            using ImagesClient images = await ImagesClient.CreateAsync(first);
            using var elsewhere = new ImagesClient(second, images.Client.At(second));
            using var leave = new CancellationTokenSource();
            Task<HttpResponseMessage> broken = images.AskAsync(body, "order-1", leave.Token);
            Guid left = await NextAsync(second, Guid.Empty);
            Task<HttpResponseMessage> again = elsewhere.AskAsync(body, "order-1");
            await Eventually.TrueAsync(() => second.Services.GetRequiredService<Attendance>().CountOf(left) == 1);

            await leave.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => broken);
            await elsewhere.Client.ApproveAsync(await NextAsync(second, left));

            using HttpResponseMessage response = await again;
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Contains("b64_json", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        }
        finally
        {
            objects.Delete(recursive: true);
        }
    }

    // Either Gateway may have released it.
    private static async Task<Guid> NextAsync(RunningGateway gateway, Guid last)
    {
        Guid next = Guid.Empty;
        await Eventually.TrueAsync(async () =>
        {
            await using GatewayContext context = gateway.Database.Read();
            next = await context.Jobs.Where(job => job.Id != last).Select(job => job.Id).SingleOrDefaultAsync(Cancellation);
            return next != Guid.Empty;
        });
        return next;
    }
}
