using System.Text.Json.Nodes;
using Limner.EndToEnd.Tests.Serving;

namespace Limner.EndToEnd.Tests.Client;

/// <summary>The commands that begin from pictures, with <c>--server</c> against a running service: files and JSON are those of a local run.</summary>
public sealed class RemoteEditTests(SharedLimner shared) : IClassFixture<SharedLimner>
{
    private readonly ServingLimner _limner = shared.Limner;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string[] Service => ["--server", _limner.Client.Http.BaseAddress!.AbsoluteUri, "--key", _limner.Key!];

    [Theory]
    [InlineData("contact-sheet.png seed4-1.png seed4-2.png", "vary", "star.png", "-n", "2", "--steps", "4", "--strength", "0.3")]
    [InlineData("seed4-1.png", "vary", "star.png", "fox", "--steps", "4", "--negative", "fog", "--guidance", "2.5")]
    [InlineData("seed4-1.png", "vary", "star.png", "--steps", "4", "--style", "a blue fish", "--style-from", "a red fish", "--style-weight", "0.5")]
    [InlineData("seed4-1.png", "blend", "star.png", "a blue fish", "--weights", "2,1", "--steps", "4", "--style", "a house", "--style-from", "")]
    [InlineData("seed4-1.png", "blend", "large.png", "a blue fish", "--steps", "4")]
    [InlineData("seed4-1.png seed4-2.png seed4-3.png strip.png", "blend", "star.png", "a blue fish", "--strip", "3", "--steps", "4")]
    [InlineData("contact-sheet.png seed4-1.png seed4-2.png", "upscale", "star.png", "-n", "2")]
    public void Files_and_json_are_those_of_a_local_run(string files, params string[] command)
    {
        using TemporaryFolder folder = WithPictures();
        string[] request = [.. command, "--seed", "4", "--json", "--out"];
        LimnerProcess.Result remote = LimnerProcess.Run(folder, [.. request, "remote", .. Service]);
        LimnerProcess.Result local = LimnerProcess.Run(folder, [.. request, "local", "--model", ServingLimner.LatentModel, "--provider", "cpu"]);
        Assert.True(remote.Code == 0, remote.Error);
        Assert.True(local.Code == 0, local.Error);
        Assert.Equal(files, string.Join(' ', folder.Files("local")));
        AssertSame(folder, local, remote);
    }

    [Fact]
    public async Task A_reroll_of_a_services_image_is_that_of_its_file()
    {
        using TemporaryFolder folder = WithPictures();
        Assert.Equal(0, LimnerProcess.Run(folder, ["generate", "a red fox", "-n", "2", "--seed", "71", "--steps", "4", "--negative", "fog", "--out", "drawn", .. Service]).Code);
        string image = (string)(await JobAsync(_limner, job => (ulong)job["seed"]! == 71))["images"]![1]!["id"]!;
        LimnerProcess.Result remote = LimnerProcess.Run(folder, ["reroll", image, "-n", "2", "--seed", "9", "--json", "--out", "remote", .. Service]);
        LimnerProcess.Result local = LimnerProcess.Run(
            folder, "reroll", "drawn/seed71-2.png", "-n", "2", "--seed", "9", "--json", "--out", "local", "--model", ServingLimner.LatentModel, "--provider", "cpu");
        Assert.True(remote.Code == 0, remote.Error);
        Assert.True(local.Code == 0, local.Error);
        Assert.Equal(["contact-sheet.png", "seed9-1.png", "seed9-2.png"], folder.Files("remote"));
        AssertSame(folder, local, remote);
        Assert.NotEqual(File.ReadAllBytes(folder.At("remote/seed9-1.png")), File.ReadAllBytes(folder.At("drawn/seed71-2.png")));
    }

    [Fact]
    public async Task A_signal_cancels_the_job()
    {
        using TemporaryFolder folder = WithPictures();
        // The tiny model may be done before the signal comes; the shipped one draws these for a minute.
        using ServingLimner shipped = await ServingLimner.StartShippedAsync(folder);
        using LimnerProcess process = LimnerProcess.Start(folder, "vary", "star.png", "-n", "10", "--seed", "72", "--size", "256x256", "--steps", "900", "--out", "out",
            "--server", shipped.Client.Http.BaseAddress!.AbsoluteUri, "--key", shipped.Key!);
        process.WaitForLine("decoding:");
        process.Signal("INT");
        LimnerProcess.Result result = process.Finish();
        Assert.Equal(130, result.Code);
        Assert.InRange(folder.Files("out").Length, 0, 9);
        Assert.Equal("cancelled", (string?)(await JobAsync(shipped, job => (ulong)job["seed"]! == 72))["status"]);
    }

    [Theory]
    [InlineData("The picture 'none.png' cannot be read", "vary", "none.png")]
    [InlineData("--style and --style-from belong together", "vary", "star.png", "--style", "a blue fish")]
    [InlineData("--resample is for drawing on this machine", "edit", "star.png", "a fox", "--mask", "mask.png", "--resample", "2")]
    [InlineData("'star.png' is no image of the service", "reroll", "star.png")]
    [InlineData("There is no image 'img_00000000000000000000000000000000_0'.", "reroll", "img_00000000000000000000000000000000_0")]
    [InlineData("an upscale has to be larger and of the same shape", "upscale", "wide.png", "--size", "256x256")]
    public void What_is_wrong_is_one_sentence(string sentence, params string[] arguments)
    {
        using TemporaryFolder folder = WithPictures();
        File.WriteAllBytes(folder.At("wide.png"), GrayPng.Write(96, 64, (x, _) => (byte)x));
        LimnerProcess.Result result = InProcess.Draw(folder, [.. arguments, .. Service]);
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.Empty(folder.Files("out"));
    }

    private static TemporaryFolder WithPictures()
    {
        var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.At("star.png"), GrayPng.Write(64, 64, (x, y) => (byte)((3 * x) + y)));
        File.WriteAllBytes(folder.At("large.png"), GrayPng.Write(1601, 1100, (x, y) => (byte)((x * y) >> 8)));
        File.WriteAllBytes(folder.At("mask.png"), GrayPng.Write(64, 64, (x, _) => (byte)(x < 32 ? 0 : 255)));
        return folder;
    }

    private static void AssertSame(TemporaryFolder folder, LimnerProcess.Result local, LimnerProcess.Result remote)
    {
        Assert.Equal(folder.Files("local"), folder.Files("remote"));
        Assert.All(folder.Files("local"), file => Assert.Equal(File.ReadAllBytes(folder.At($"local/{file}")), File.ReadAllBytes(folder.At($"remote/{file}"))));
        Assert.Equal(Lasting(local.Output), Lasting(remote.Output).Replace("remote/", "local/", StringComparison.Ordinal));
    }

    private static string Lasting(string json)
    {
        JsonNode report = JsonNode.Parse(json)!;
        (report["provider"], report["load_ms"], report["total_ms"], report["requests"]![0]!["timings_ms"]) = ("", 0, 0, null);
        return report.ToJsonString();
    }

    private static async Task<JsonNode> JobAsync(ServingLimner limner, Func<JsonNode, bool> fits) =>
        Assert.Single(JsonNode.Parse(await limner.Client.Http.GetStringAsync("v1/jobs?limit=100", Cancellation))!["data"]!.AsArray(), job => fits(job!))!;
}
