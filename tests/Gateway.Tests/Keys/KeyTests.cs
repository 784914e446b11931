using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Limner.Gateway.Database;
using Limner.Gateway.Keys;
using Limner.Gateway.Tests.Application;
using Limner.Gateway.Tests.Submissions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Tests.Keys;

public sealed class KeyTests(PostgresGateway postgres)
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
    public async Task Both_first_keys_are_the_operators()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite(), settings: ("Gateway:BootstrapKey", Bootstrap));
        await using RunningGateway other = await RunningGateway.StartAsync(TestDatabase.Sqlite());
        foreach (GatewayClient operators in new[]
        {
            new GatewayClient(gateway, "default", Bootstrap),
            new GatewayClient(other, "default", (await other.Services.CreateFirstKeyAsync("default", TestContext.Current.CancellationToken))!),
        })
        {
            Assert.Equal(HttpStatusCode.OK, (await operators.Http.GetAsync("/v1/keys", TestContext.Current.CancellationToken)).StatusCode);
            await operators.SubmitAsync();
            operators.Dispose();
        }
    }

    [Fact]
    public async Task A_bootstrap_key_that_was_revoked_stays_so()
    {
        TestDatabase database = TestDatabase.Sqlite();
        await using (RunningGateway gateway = await RunningGateway.StartAsync(database, settings: ("Gateway:BootstrapKey", Bootstrap)))
        {
            using var admin = new GatewayClient(gateway, "default", Bootstrap);
            JsonNode key = (await GatewayClient.ReadAsync(await admin.Http.GetAsync("/v1/keys", TestContext.Current.CancellationToken)))["data"]![0]!;
            await GatewayClient.ReadAsync(await admin.Http.DeleteAsync($"/v1/keys/{(string)key["id"]!}", TestContext.Current.CancellationToken));
        }

        await using RunningGateway again = await RunningGateway.StartAsync(database, settings: ("Gateway:BootstrapKey", Bootstrap));
        using var closed = new GatewayClient(again, "default", Bootstrap);
        Assert.Equal(HttpStatusCode.Unauthorized, (await closed.Http.GetAsync("/v1/jobs", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task A_key_that_was_revoked_at_one_Gateway_is_closed_at_the_others_within_seconds()
    {
        TestDatabase database = await TestDatabase.PostgresAsync();
        await using RunningGateway first = await RunningGateway.StartAsync(database), second = await RunningGateway.StartAsync(database);
        using GatewayClient caller = await first.NewTenantAsync(), there = caller.At(second);
        Assert.Equal(HttpStatusCode.OK, (await there.Http.GetAsync("/v1/jobs", TestContext.Current.CancellationToken)).StatusCode);
        Guid id = (await first.Services.GetRequiredService<KeyDirectory>().FindAsync(caller.Key, TestContext.Current.CancellationToken))!.KeyId;

        await first.Services.GetRequiredService<KeyLedger>().RevokeAsync(id, TestContext.Current.CancellationToken);
        long started = TimeProvider.System.GetTimestamp();
        await Eventually.TrueAsync(async () => (await there.Http.GetAsync("/v1/jobs", TestContext.Current.CancellationToken)).StatusCode == HttpStatusCode.Unauthorized);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Null(await second.Services.GetRequiredService<KeyDirectory>().FindAsync(id, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_key_ends_when_it_expires()
    {
        var time = new ShiftedTime();
        await using RunningGateway gateway = await RunningGateway.StartAsync(TestDatabase.Sqlite(), time);
        using GatewayClient caller = await gateway.NewKeyAsync(new KeyTerms("t", Scopes.Read) { Expires = time.GetUtcNow().AddHours(1) });
        Assert.Equal(HttpStatusCode.OK, (await caller.Http.GetAsync("/v1/jobs", TestContext.Current.CancellationToken)).StatusCode);
        // Whether the key was just looked up or not.
        Assert.Equal(HttpStatusCode.OK, (await caller.Http.GetAsync("/v1/jobs", TestContext.Current.CancellationToken)).StatusCode);
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(HttpStatusCode.Unauthorized, (await caller.Http.GetAsync("/v1/jobs", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Theory]
    [InlineData("lmn_1234567\U0001F511234567890123456789012345678901234")] // half of it would be in the prefix
    [InlineData("lmn_0123456789012345678901234567890123456789\u00E9")]
    [InlineData("lmn_0123456789 0123456789 0123456789 0123456789")]
    [InlineData("lmn_000000000000000000000000000000000000000000000000")] // everybody knows it
    public async Task What_has_not_the_form_of_a_key_is_unknown_before_anything_is_looked_up(string secret)
    {
        using var client = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 }) { BaseAddress = postgres.Gateway.Address };
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {secret}");
        using HttpResponseMessage response = await client.GetAsync("/v1/jobs", TestContext.Current.CancellationToken);
        Assert.Equal("invalid_api_key", (string?)(await SubmissionTests.ReadErrorAsync(response, HttpStatusCode.Unauthorized))["code"]);
        Assert.False(KeySecret.IsWellFormed(secret));
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
