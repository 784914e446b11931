using System.ComponentModel.DataAnnotations;
using Limner.ServiceDefaults.Configuration;
using Limner.ServiceDefaults.Messaging;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Limner.ServiceDefaults.Tests.Configuration;

public sealed class ConfigurationCheckTests
{
    [Fact]
    public async Task Every_fault_of_every_section_is_listed_before_anything_starts()
    {
        using IHost host = Build(new()
        {
            ["Bus:Transport"] = "carrier pigeon",
            ["Bus:DeliveryLimit"] = "0",
            ["Bus:Hots"] = "rabbit",
            ["Redis:Connection"] = "redis:6379,passwort=secret",
            ["Shutdown:GraceSeconds"] = "soon",
            ["Brush:Width"] = "11",
        });
        OptionsValidationException exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        foreach (string part in (string[])["Bus:Transport: it has to be memory or rabbitmq.", "Bus:DeliveryLimit", "Bus:Hots: there is no such option; Bus has CertificateAuthority, DeliveryLimit, Host, ", "Redis:Connection", "Shutdown:GraceSeconds", "Brush:Width"])
        {
            Assert.Contains(part, exception.Message, StringComparison.Ordinal);
        }

        Assert.Equal(6, exception.Failures.Count());
        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_file_that_is_none_is_named()
    {
        using IHost host = Build(new() { ["Bus:CertificateAuthority"] = "/nowhere/ca.pem" });
        OptionsValidationException exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("Bus:CertificateAuthority: '/nowhere/ca.pem' is no PEM file with a certificate that can be read.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_has_to_be_set()
    {
        using IHost host = Build([]);
        await host.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(TimeSpan.FromSeconds(25), host.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("72:00:00")]
    [InlineData("24:00:00")]
    [InlineData("5")]
    public async Task A_time_that_would_be_read_as_days_is_refused(string time)
    {
        using IHost host = Build(new() { ["Brush:Drying"] = time, ["Brush:Airing"] = time });
        OptionsValidationException exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith($"Brush:Drying is '{time}'; expected hours:minutes:seconds with up to 23 hours, and days before a dot", exception.Failures.First(), StringComparison.Ordinal);
        Assert.Contains(exception.Failures, failure => failure.StartsWith($"Brush:Airing is '{time}'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("00:00:05", 5)]
    [InlineData("3.00:00:00", 3 * 86400)]
    [InlineData("1:30", 5400)]
    [InlineData("23:59:59.5", 86399.5)]
    public async Task A_time_of_the_clock_is_taken(string time, double seconds)
    {
        using IHost host = Build(new() { ["Brush:Drying"] = time });
        await host.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(seconds, host.Services.GetRequiredService<IOptions<BrushOptions>>().Value.Drying.TotalSeconds);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Options_that_two_services_of_one_process_ask_for_are_bound_once()
    {
        using IHost host = Build(new() { ["Brush:Colours:0"] = "red", ["Brush:Width"] = "3" });
        Assert.Equal(["red"], host.Services.GetRequiredService<IOptions<BrushOptions>>().Value.Colours);
    }

    private static IHost Build(Dictionary<string, string?> settings)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.AddServiceDefaults();
        builder.Services.AddLimnerBus(builder.Configuration, _ => { });
        builder.Services.AddValidatedOptions<BrushOptions>("Brush");
        builder.Services.AddValidatedOptions<BrushOptions>("Brush");
        return builder.Build();
    }

    private sealed class BrushOptions
    {
        [Range(1, 10)]
        public int Width { get; set; } = 1;

        public TimeSpan Drying { get; set; }

        public TimeSpan? Airing { get; set; }

        public List<string> Colours { get; set; } = [];
    }
}
