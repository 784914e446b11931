namespace Limner.EndToEnd.Tests;

/// <summary>The model that is shipped. It belongs to the repository: these tests and the README's fail where models/limner-first is missing.</summary>
public sealed class DefaultModelTests
{
    private const long MostBytes = 41_000_000;

    [Fact]
    public void Every_file_is_listed_with_its_checksum_and_they_are_small_enough_for_git() => ShippedFolder.Check(Repository.DefaultModel, MostBytes);

    [Fact]
    public void It_draws_what_was_asked_for_four_times_and_the_same_bytes_again()
    {
        using var folder = new TemporaryFolder();
        foreach (string name in new[] { "first", "second" })
        {
            LimnerProcess.Result result = LimnerProcess.Run(
                folder, "generate", "a large red star left of a blue house on a yellow background", "-n", "4", "--seed", "7", "--size", "256x256", "--out", name);
            Assert.True(result.Code == 0, $"exit code {result.Code}: {result.Error}");
        }

        Assert.Equal(["contact-sheet.png", "seed7-1.png", "seed7-2.png", "seed7-3.png", "seed7-4.png"], folder.Files("first"));
        Assert.All(folder.Files("first"), file => Assert.Equal(File.ReadAllBytes(folder.At($"first/{file}")), File.ReadAllBytes(folder.At($"second/{file}"))));
        HandParsedPng[] pictures = [.. new[] { 1, 2, 3, 4 }.Select(candidate => new HandParsedPng(File.ReadAllBytes(folder.At($"first/seed7-{candidate}.png"))))];
        Assert.All(pictures, picture => Assert.Equal((256, 256), (picture.Width, picture.Height)));
        Assert.All(pictures, picture => Assert.Null(StarLeftOfHouse.Fault(picture.Rgb, picture.Width)));
    }

    [Fact]
    public void It_draws_the_same_in_twelve_languages()
    {
        string[] prompts =
        [
            "a large red star left of a blue house on a yellow background",
            "ein großer roter Stern links von einem blauen Haus auf gelbem Hintergrund",
            "une grande étoile rouge à gauche d'une maison bleue sur fond jaune",
            "una gran estrella roja a la izquierda de una casa azul sobre fondo amarillo",
            "una grande stella rossa a sinistra di una casa blu su sfondo giallo",
            "uma grande estrela vermelha à esquerda de uma casa azul sobre fundo amarelo",
            "een grote rode ster links van een blauw huis op een gele achtergrond",
            "duża czerwona gwiazda po lewej stronie niebieskiego domu na żółtym tle",
            "mavi evin solunda büyük kırmızı bir yıldız sarı arka planda",
            "большая красная звезда слева от синего дома на желтом фоне",
            "黄色い背景の青い家の左に大きな赤い星",
            "大红色的星星在蓝色的房子的左边，黄色的背景",
        ];
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder.At("prompts.txt"), prompts);
        LimnerProcess.Result result = LimnerProcess.Run(folder, "generate", "--prompts", "prompts.txt", "--seed", "7", "--size", "256x256", "--out", "out");
        Assert.True(result.Code == 0, $"exit code {result.Code}: {result.Error}");
        string?[] faults = [.. Enumerable.Range(1, prompts.Length).Select(line => new HandParsedPng(File.ReadAllBytes(folder.At($"out/{line:000}/seed7-1.png")))).Select(picture => StarLeftOfHouse.Fault(picture.Rgb, picture.Width))];
        Assert.All(prompts.Zip(faults), drawn => Assert.True(drawn.Second is null, $"{drawn.First}: {drawn.Second}"));
    }
}
