using System.Net;
using System.Net.Http.Headers;
using Limner.Gateway.Database;
using Limner.Gateway.Keys;
using Limner.Gateway.Tests.Application;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Tests.Keys;

public sealed class KeyTests
{
    private const string Bootstrap = "lmn_bootstrap_0123456789_0123456789";

    [Fact]
    public async Task The_key_of_the_configuration_opens_and_only_its_hash_is_kept()
    {
        TestDatabase database = TestDatabase.Sqlite();
        for (int start = 0; start < 2; start++)
        {
            await using RunningGateway gateway = await RunningGateway.StartAsync(database, settings: [("Gateway:BootstrapKey", Bootstrap), ("Gateway:BootstrapTenant", "acme")]);
            using var client = new HttpClient { BaseAddress = gateway.Address };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Bootstrap);
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v1/jobs", TestContext.Current.CancellationToken)).StatusCode);
            await using GatewayContext context = gateway.Database.Read();
            ApiKey key = await context.Keys.SingleAsync(TestContext.Current.CancellationToken);
            Assert.Equal(("acme", "lmn_bootstra"), (key.Tenant, key.Prefix));
            Assert.DoesNotContain("0123456789", Convert.ToHexString(key.Hash), StringComparison.Ordinal);
            Assert.Null(await gateway.Services.CreateFirstKeyAsync("other", TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task The_first_key_is_made_once()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite());
        string key = (await gateway.Services.CreateFirstKeyAsync("default", TestContext.Current.CancellationToken))!;

        Assert.True(KeySecret.IsWellFormed(key));
        Assert.Null(await gateway.Services.CreateFirstKeyAsync("default", TestContext.Current.CancellationToken));
        using var client = new HttpClient { BaseAddress = gateway.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v1/jobs", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task A_configuration_with_faults_stops_the_start_and_names_each()
    {
        OptionsValidationException fault = await Assert.ThrowsAsync<OptionsValidationException>(() => RunningGateway.StartAsync(
            TestDatabase.Sqlite(),
            settings: [("Gateway:BootstrapKey", "secret"), ("Gateway:Sizes", "big"), ("Dispatch:CandidatesPerSlot", "0"), ("Retention:Period", "00:01:00")]));

        Assert.All(new[] { "Gateway:BootstrapKey", "Gateway:Sizes", "Dispatch:CandidatesPerSlot", "Retention:Period" }, name => Assert.Contains(name, fault.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("secret", fault.Message, StringComparison.Ordinal);
    }
}
