using System.Text.Json;
using System.Text.RegularExpressions;
using Limner.Deployment.Tests;
using Limner.Imaging;

namespace Limner.Clients.Tests;

/// <summary>What docs/openai.md and docs/editing.md show, done.</summary>
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

    [Fact]
    public async Task The_commands_of_editing_make_a_variation_of_an_uploaded_picture()
    {
        await Command.RequireAsync("curl", "curl");
        string[] commands = [.. Block().Match(Repository.Text("docs/editing.md")).Groups[1].Value
            .Replace("http://127.0.0.1:7860/v1", Limner.Api.ToString().TrimEnd('/'), StringComparison.Ordinal).Split("curl", StringSplitOptions.RemoveEmptyEntries).Select(rest => $"curl{rest}")];
        Assert.Equal(2, commands.Length);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("limner-editing-");
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "star.png"), PngEncoder.Encode(new RgbImage(64, 64)), TestContext.Current.CancellationToken);
            using JsonDocument file = JsonDocument.Parse(await Command.OutputAsync("bash", ["-c", $"KEY='{Limner.Key}'\n{commands[0]}"], folder.FullName));
            string script = $"KEY='{Limner.Key}'\nFILE='{file.RootElement.GetProperty("id").GetString()}'\n{commands[1]}";
            using JsonDocument job = JsonDocument.Parse(await Command.OutputAsync("bash", ["-c", script], folder.FullName));
            Assert.Equal(("job", "variation", 2), (job.RootElement.GetProperty("object").GetString(), job.RootElement.GetProperty("operation").GetString(), job.RootElement.GetProperty("n").GetInt32()));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [GeneratedRegex("```bash\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
