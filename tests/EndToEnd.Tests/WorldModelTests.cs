namespace Limner.EndToEnd.Tests;

/// <summary>The model of a larger world: things in settings.</summary>
public sealed class WorldModelTests
{
    private const long MostBytes = 46_000_000;

    private static readonly string Folder = Path.Combine(Repository.Root, "models/limner-world");

    [Fact]
    public void Every_file_is_listed_with_its_checksum_and_they_are_small_enough_for_git() => ShippedFolder.Check(Folder, MostBytes);

    [Fact]
    public void It_draws_a_red_umbrella_in_a_meadow_in_several_languages()
    {
        string[] prompts = ["a red umbrella in a meadow", "ein roter Regenschirm auf einer Wiese", "un parapluie rouge dans un pré", "草原の赤い傘"];
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder.At("prompts.txt"), prompts);
        LimnerProcess.Result result = LimnerProcess.Run(folder, "generate", "--prompts", "prompts.txt", "--seed", "7", "--size", "256x256", "--out", "out", "--model", Folder);
        Assert.True(result.Code == 0, $"exit code {result.Code}: {result.Error}");
        Assert.All(prompts.Index(), drawn =>
        {
            var picture = new HandParsedPng(File.ReadAllBytes(folder.At($"out/{drawn.Index + 1:000}/seed7-1.png")));
            ColourRegion umbrella = ColourRegion.Largest(picture.Rgb, picture.Width, (r, g, b) => r > 120 && r - g > 80 && r - b > 80);
            ColourRegion meadow = ColourRegion.Largest(picture.Rgb, picture.Width, (r, g, b) => g > 80 && g - r > 30 && g - b > 30);
            Assert.True(umbrella.Share is > 0.02 and < 0.4, $"{drawn.Item}: {umbrella}");
            Assert.True(meadow is { Share: > 0.15, Y: > 0.5 }, $"{drawn.Item}: {meadow}");
        });
    }
}
