using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Limner.Deployment.Tests.Containers;

/// <summary>The script that every image runs to know whether it is well, against a real server.</summary>
public sealed class HealthCheckScriptTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200, 0)]
    [InlineData(503, 1)]
    [InlineData(404, 1)]
    public async Task Well_is_200_on_ready(int status, int code)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using WebApplication app = builder.Build();
        app.MapGet("/health/ready", () => Results.StatusCode(status));
        await app.StartAsync(Cancellation);
        Assert.Equal(code, await CheckAsync(new Uri(app.Urls.Single()).Port));
    }

    [Fact]
    public async Task Nobody_there_is_not_well() => Assert.NotEqual(0, await CheckAsync(1));

    private static async Task<int> CheckAsync(int port) =>
        (await Command.RunAsync("env", [$"ASPNETCORE_HTTP_PORTS={port}", "/bin/bash", Repository.At("deploy/container/healthcheck.sh")], Repository.Root)).Code;
}
