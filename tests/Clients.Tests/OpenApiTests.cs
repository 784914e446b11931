using Limner.Deployment.Tests;

namespace Limner.Clients.Tests;

/// <summary>docs/openapi.json before others: Redocly's rules, and a running service's answers against it.</summary>
public abstract class OpenApiTests(Service service) : ClientTests(service)
{
    private static readonly string Document = Repository.At("docs/openapi.json");

    [Fact]
    public async Task The_service_answers_as_its_document_says() =>
        Assert.Equal("ok", (await NodePackages.RunAsync("openapi.mjs", Document, Limner.Api.ToString(), Limner.Key)).Trim());

    [Fact]
    public async Task A_document_that_is_none_is_noticed()
    {
        string broken = Path.GetTempFileName();
        string text = Repository.Text("docs/openapi.json").Replace("#/components/schemas/JobPage", "#/components/schemas/Nothing", StringComparison.Ordinal);
        await File.WriteAllTextAsync(broken, text, TestContext.Current.CancellationToken);
        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => NodePackages.RunAsync("openapi.mjs", broken));
        Assert.Contains("no-unresolved-refs", failure.Message, StringComparison.Ordinal);
        File.Delete(broken);
    }
}

public sealed class OpenApiOfStandaloneTests(Standalone service) : OpenApiTests(service);

public sealed class OpenApiOfServicesTests(Apart service) : OpenApiTests(service);
