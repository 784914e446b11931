namespace Limner.Clients.Tests;

/// <summary>The package <c>openai</c> from npm, unchanged but for the address.</summary>
public abstract class NpmPackageTests(Service service) : ClientTests(service)
{
    [Theory]
    [InlineData("pictures-in-base64")]
    [InlineData("a-picture-at-an-address")]
    [InlineData("what-is-ours")]
    [InlineData("another-format")]
    [InlineData("a-stream")]
    [InlineData("a-stream-that-is-refused")]
    [InlineData("errors")]
    [InlineData("edits-and-variations")]
    [InlineData("models")]
    [InlineData("moderations")]
    [InlineData("files-and-batches")]
    [InlineData("giving-up")]
    public async Task It_works(string scenario) => Assert.Equal($"{scenario}: ok", (await NodePackages.RunAsync("openai.mjs", scenario, Limner.Api.ToString(), Limner.Key)).Trim());

    [Fact]
    public async Task A_scenario_that_fails_is_noticed()
    {
        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => NodePackages.RunAsync("openai.mjs", "models", Limner.Api.ToString(), "lmn_nobodys-key-0123456789-0123456789"));
        Assert.Contains("401", failure.Message, StringComparison.Ordinal);
    }
}

public sealed class NpmPackageAgainstStandaloneTests(Standalone service) : NpmPackageTests(service);

public sealed class NpmPackageAgainstServicesTests(Apart service) : NpmPackageTests(service);
