using System.Text.Json;
using System.Text.RegularExpressions;
using Limner.Deployment.Tests;

namespace Limner.Clients.Tests;

/// <summary>What docs/openai.md shows, done.</summary>
public sealed partial class DocumentTests(Standalone service) : ClientTests(service)
{
    private static readonly string Document = Repository.Text("docs/openai.md");

    [Fact]
    public async Task Its_command_gives_an_address_of_a_picture()
    {
        await Command.RequireAsync("curl", "curl");
        string command = Block().Match(Document).Groups[1].Value;
        Assert.Contains("http://127.0.0.1:7860/v1", command, StringComparison.Ordinal);
        string script = $"KEY='{Limner.Key}'\n{command.Replace("http://127.0.0.1:7860/v1", Limner.Api.ToString(), StringComparison.Ordinal)}";

        using JsonDocument answer = JsonDocument.Parse(await Command.OutputAsync("bash", ["-c", script], Repository.Root));
        using var stranger = new HttpClient();
        byte[] picture = await stranger.GetByteArrayAsync(answer.RootElement.GetProperty("data")[0].GetProperty("url").GetString(), TestContext.Current.CancellationToken);
        Assert.Equal("PNG"u8.ToArray(), picture[1..4]);
    }

    [GeneratedRegex("```bash\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
