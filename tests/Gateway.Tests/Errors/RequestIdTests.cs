using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Limner.Gateway.Tests.Application;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Limner.Gateway.Tests.Errors;

/// <summary>What docs/runbook.md says finds a request again, and a service that nobody can call.</summary>
public sealed class RequestIdTests
{
    [Fact]
    public async Task Every_refused_request_is_a_line_and_a_span_with_its_id_and_a_service_without_keys_says_so()
    {
        var spans = new ConcurrentBag<string?>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span => spans.Add(span.GetTagItem("limner.request.id") as string),
        };
        ActivitySource.AddActivityListener(listener);
        using var log = new FullLog();
        await using RunningGateway gateway = await RunningGateway.StartAsync(
            await TestDatabase.PostgresAsync(), configure: services => services.AddSingleton<ILoggerProvider>(log), settings: [("Logging:LogLevel:Default", "Warning"), ("Logging:LogLevel:Limner.Gateway.Errors", "Debug")]);
        await Eventually.TrueAsync(() => log.Lines.Any(line => line.StartsWith("There is no API key, so nobody can call", StringComparison.Ordinal)));

        using GatewayClient client = await gateway.NewTenantAsync();
        using var nobody = new HttpClient { BaseAddress = gateway.Address };
        foreach ((HttpResponseMessage answer, HttpStatusCode status) in new[]
        {
            (await nobody.GetAsync(new Uri("/v1/jobs", UriKind.Relative), TestContext.Current.CancellationToken), HttpStatusCode.Unauthorized),
            (await client.Http.GetAsync("/v1/keys", TestContext.Current.CancellationToken), HttpStatusCode.Forbidden),
            (await client.Http.GetAsync("/v1/nothing", TestContext.Current.CancellationToken), HttpStatusCode.NotFound),
            (await client.PostAsync("""{"prompt":7}"""), HttpStatusCode.BadRequest),
        })
        {
            using HttpResponseMessage refused = answer;
            Assert.Equal(status, refused.StatusCode);
            string id = refused.Headers.GetValues("x-request-id").Single();
            await Eventually.TrueAsync(() => log.Lines.Any(line => line.Contains($"was refused with {(int)status}, request id {id}", StringComparison.Ordinal)));
            await Eventually.TrueAsync(() => spans.Contains(id));
        }
    }
}
