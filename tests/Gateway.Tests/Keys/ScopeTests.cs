using System.Net;
using System.Text.Json.Nodes;
using Limner.Gateway.Keys;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Submissions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.Keys;

public sealed class ScopeTests(SqliteGateway shared)
{
    private RouteEndpoint[] Api => [.. shared.Gateway.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/v1", StringComparison.Ordinal))];

    [Fact]
    public void Every_route_of_the_API_says_which_scope_it_asks_for()
    {
        Assert.True(Api.Length > 5);
        // A route may be open to all, but has to say that too.
        Assert.All(Api.Where(route => route.Metadata.GetMetadata<IAllowAnonymous>() is null), route =>
        {
            Assert.True(route.Metadata.GetMetadata<RouteScope>() is { Scopes: not Scopes.None }, $"{route} says nothing; add .Needs(…)");
            Assert.NotNull(route.Metadata.GetMetadata<IAuthorizeData>());
        });
    }

    [Theory]
    [InlineData("read")]
    [InlineData("generate")]
    [InlineData("admin")]
    [InlineData]
    public async Task A_key_opens_the_routes_of_its_scope_and_no_other(params string[] names)
    {
        Scopes scopes = ScopeNames.Parse(names);
        using GatewayClient client = await shared.Gateway.NewKeyAsync(new KeyTerms("scopes", scopes));
        foreach (RouteEndpoint route in Api.Where(route => route.Metadata.GetMetadata<IAllowAnonymous>() is null))
        {
            Scopes needed = route.Metadata.GetMetadata<RouteScope>()!.Scopes;
            foreach (string method in route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods)
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), string.Join('/', route.RoutePattern.PathSegments.Select(Segment)));
                using HttpResponseMessage response = await client.Http.SendAsync(request, TestContext.Current.CancellationToken);
                if ((scopes & needed) != Scopes.None)
                {
                    Assert.NotEqual(HttpStatusCode.Forbidden, response.StatusCode);
                    continue;
                }

                if (method == "HEAD")
                {
                    Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode); // without a body
                    continue;
                }

                JsonObject error = await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.Forbidden);
                Assert.Equal(("insufficient_scope", "permission_error"), ((string)error["code"]!, (string)error["type"]!));
                Assert.All(ScopeNames.Format(needed), name => Assert.Contains($"'{name}'", (string)error["message"]!, StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public async Task A_route_that_says_nothing_asks_for_the_strictest()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(
            TestDatabase.Sqlite(), routes: endpoints => endpoints.MapGet("/forgotten", () => Results.Ok()).RequireAuthorization());
        using GatewayClient user = await gateway.NewTenantAsync(), admin = await gateway.NewKeyAsync(new KeyTerms("t", Scopes.Admin));

        using HttpResponseMessage refused = await user.Http.GetAsync("/forgotten", TestContext.Current.CancellationToken);
        Assert.Equal("insufficient_scope", (string?)(await SubmissionTests.ReadErrorAsync(refused, HttpStatusCode.Forbidden))["code"]);
        Assert.Equal(HttpStatusCode.OK, (await admin.Http.GetAsync("/forgotten", TestContext.Current.CancellationToken)).StatusCode);
    }

    private static string Segment(Microsoft.AspNetCore.Routing.Patterns.RoutePatternPathSegment segment) =>
        segment.Parts[0] is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal ? literal.Content : "unknown";
}
