using System.Text.RegularExpressions;
using Limner.Deployment.Tests.Compose;
using Limner.Deployment.Tests.Kubernetes;

namespace Limner.Deployment.Tests.Configuration;

/// <summary>Every variable in compose, Kubernetes and the images is one that the service binds, with a value that it takes.</summary>
public sealed partial class VariableTests
{
    public static TheoryData<string> Services => [.. Repository.Services];

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Compose_gives_what_the_service_takes(string service)
    {
        Dictionary<string, string> variables = new((await ComposeFile.ServiceAsync(service.ToLowerInvariant()))["environment"].Texts);
        Assert.Equal("rabbitmq", variables["Bus__Transport"]);
        Assert.Empty(ServiceConfiguration.Faults(service, With(variables, Image(service))));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Kubernetes_gives_what_the_service_takes(string service)
    {
        Dictionary<string, string> variables = await Manifests.VariablesAsync("Deployment", service.ToLowerInvariant());
        Assert.Equal("rabbitmq", variables["Bus__Transport"]);
        Assert.Empty(ServiceConfiguration.Faults(service, With(variables, Image(service))));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Compose_and_Kubernetes_say_where_its_metrics_go(string service)
    {
        Dictionary<string, string> compose = new((await ComposeFile.ServiceAsync(service.ToLowerInvariant()))["environment"].Texts);
        Dictionary<string, string> kubernetes = await Manifests.VariablesAsync("Deployment", service.ToLowerInvariant());
        Assert.All(ServiceConfiguration.Telemetry, name => Assert.Equal(compose[name], kubernetes[name]));
        Assert.Equal(("", "grpc"), (kubernetes["OTEL_EXPORTER_OTLP_ENDPOINT"], kubernetes["OTEL_EXPORTER_OTLP_PROTOCOL"]));
    }

    [Fact]
    public async Task The_migration_is_given_the_Gateways_database_and_no_more()
    {
        IReadOnlyDictionary<string, string> migration = (await ComposeFile.ServiceAsync("migrate"))["environment"].Texts;
        IReadOnlyDictionary<string, string> gateway = (await ComposeFile.ServiceAsync("gateway"))["environment"].Texts;
        Assert.Equal(gateway.Where(pair => pair.Key.StartsWith("Database__", StringComparison.Ordinal)).OrderBy(pair => pair.Key), migration.OrderBy(pair => pair.Key));
        Assert.Empty(ServiceConfiguration.Faults("Gateway", migration));
        Assert.Empty(ServiceConfiguration.Faults("Gateway", await Manifests.VariablesAsync("Job", "migrate")));
    }

    [Fact]
    public async Task No_worker_is_given_the_database()
    {
        foreach (string service in Repository.Services.Where(service => service != "Gateway").Select(service => service.ToLowerInvariant()))
        {
            Assert.DoesNotContain((await ComposeFile.ServiceAsync(service))["environment"].Texts.Keys, name => name.StartsWith("Database", StringComparison.Ordinal));
            Assert.DoesNotContain((await Manifests.VariablesAsync("Deployment", service)).Keys, name => name.StartsWith("Database", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("Gateway", "Bus__Hots", "rabbitmq")]
    [InlineData("Gateway", "Busses__Host", "rabbitmq")]
    [InlineData("Gateway", "Decoder__Slots", "8")]
    [InlineData("Decoder", "Decoder__Slots", "many")]
    [InlineData("Decoder", "Decoder__Slots", "0")]
    [InlineData("Encoder", "Bus__Transport", "kafka")]
    [InlineData("Moderation", "Storage__Kind", "ftp")]
    [InlineData("Moderation", "Moderation__Images__AtOne", "2")]
    public void A_variable_that_is_misspelt_misplaced_or_wrong_is_noticed(string service, string name, string value)
    {
        string[] faults = ServiceConfiguration.Faults(service, new Dictionary<string, string> { [name] = value });
        Assert.NotEmpty(faults);
        Assert.All(faults, fault => Assert.Contains(name.Split("__")[^1], fault, StringComparison.Ordinal));
    }

    private static Dictionary<string, string> With(Dictionary<string, string> variables, Dictionary<string, string> image) => variables.Concat(image).ToDictionary();

    private static Dictionary<string, string> Image(string service)
    {
        string environment = EnvironmentLine().Match(Repository.Text($"services/{service}/Dockerfile")).Groups[1].Value;
        return Pair().Matches(environment).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
    }

    [GeneratedRegex(@"^ENV ((?:.*\\\n)*.*)$", RegexOptions.Multiline)]
    private static partial Regex EnvironmentLine();

    [GeneratedRegex(@"(\w+)=(\S+)")]
    private static partial Regex Pair();
}
