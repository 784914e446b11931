using System.Text.RegularExpressions;
using Limner.Deployment.Tests;
using Limner.EndToEnd.Tests;
using Limner.Imaging.Uploads;
using Repository = Limner.Deployment.Tests.Repository;

namespace Limner.Clients.Tests;

/// <summary>The README's programs, word for word but for the address: each of them draws a picture.</summary>
public sealed class QuickStartTests(Standalone service) : ClientTests(service)
{
    private static readonly string Readme = Repository.Text("README.md");

    [Fact]
    public async Task Curl()
    {
        await Command.RequireAsync("curl", "curl");
        await Command.RequireAsync("jq", "jq");
        await DrawsAsync("sh", "boat.sh", "bash boat.sh");
    }

    [Fact]
    public async Task CSharp()
    {
        string version = Regex.Match(Repository.Text("Directory.Packages.props"), "\"OpenAI\" Version=\"([^\"]+)\"").Groups[1].Value;
        Assert.Contains($"#:package OpenAI@{version}\n", Readme, StringComparison.Ordinal);
        await DrawsAsync("csharp", "boat.cs", "dotnet run boat.cs");
    }

    [Fact]
    public async Task TypeScript()
    {
        string packages = Path.Combine(await NodePackages.FolderAsync(), "node_modules");
        await DrawsAsync("typescript", "boat.ts", $$"""
            ln -s '{{packages}}' node_modules && echo '{"type": "module"}' > package.json
            node node_modules/typescript/bin/tsc --strict --module nodenext --target es2022 --types node boat.ts && node boat.js
            """);
    }

    [Fact]
    public async Task Python()
    {
        await Command.RequireAsync("python3", "python3-minimal");
        await DrawsAsync("python", "boat.py", "python3 boat.py");
    }

    private async Task DrawsAsync(string language, string file, string run)
    {
        using var folder = new TemporaryFolder();
        Match block = Regex.Match(Readme, $"^```{language}\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline);
        Assert.True(block.Success, $"the README shows nothing in {language}");
        Assert.Contains("http://127.0.0.1:7860/v1", block.Groups[1].Value, StringComparison.Ordinal);
        string program = block.Groups[1].Value.Replace("http://127.0.0.1:7860/v1", Limner.Api.ToString(), StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder.At(file), program, TestContext.Current.CancellationToken);

        await Command.OutputAsync("bash", ["-euo", "pipefail", "-c", $"export LIMNER_KEY='{Limner.Key}'\n{run}"], folder.Path);

        Assert.Equal(128, UploadedImage.Check(await File.ReadAllBytesAsync(folder.At("boat.png"), TestContext.Current.CancellationToken), 1 << 20).Width);
    }
}
