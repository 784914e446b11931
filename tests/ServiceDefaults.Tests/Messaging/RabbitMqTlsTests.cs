using Limner.Contracts.Prompts;
using Limner.ServiceDefaults.Messaging;
using Limner.TestServers;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Limner.ServiceDefaults.Tests.Messaging;

public sealed class RabbitMqTlsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Over_TLS_a_message_comes_to_its_consumer()
    {
        TestRabbitMq server = await TestRabbitMq.SharedAsync();
        await using var front = new TlsFront(server.Host, server.Port, "localhost");
        await using TestProcess process = await TestProcess.StartAsync(
            await SettingsAsync(server, front, front.AuthorityFile), bus => bus.AddConsumer<PromptRejectedConsumer, PromptRejectedConsumerDefinition>());
        await process.Bus.Publish(TestProcess.Message(), Cancellation);
        await Eventually.TrueAsync(() => process.Received.Count<PromptRejected>() == 1, "it came");
        Assert.True(front.Passed > 0);
    }

    [Theory]
    [InlineData("localhost", false)]
    [InlineData("rabbitmq.example", true)]
    public async Task To_a_server_whose_certificate_is_not_trusted_or_is_for_another_nothing_is_said(string name, bool trusted)
    {
        TestRabbitMq server = await TestRabbitMq.SharedAsync();
        await using var front = new TlsFront(server.Host, server.Port, name);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([.. await SettingsAsync(server, front, trusted ? front.AuthorityFile : null), new("Shutdown:GraceSeconds", "3")]);
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.AddServiceDefaults();
        builder.Services.AddLimnerBus(builder.Configuration, _ => { });
        using IHost host = builder.Build();
        await host.StartAsync(Cancellation);
        await Eventually.TrueAsync(() => front.Calls > 1, "it called more than once");
        Assert.NotEqual(BusHealthStatus.Healthy, host.Services.GetRequiredService<IBusControl>().CheckHealth().Status);
        Assert.Equal(0, front.Passed);
        await host.StopAsync(CancellationToken.None);
    }

    private static async Task<Dictionary<string, string?>> SettingsAsync(TestRabbitMq server, TlsFront front, string? authority) =>
        new(server.Settings(await server.CreateVirtualHostAsync()))
        {
            ["Bus:Host"] = "localhost",
            ["Bus:Port"] = $"{front.Port}",
            ["Bus:Tls"] = "true",
            ["Bus:CertificateAuthority"] = authority,
        };
}
