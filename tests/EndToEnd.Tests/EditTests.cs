namespace Limner.EndToEnd.Tests;

/// <summary>The commands that begin from pictures, with the shipped model.</summary>
public sealed class EditTests(EditTests.SourcePicture source) : IClassFixture<EditTests.SourcePicture>
{
    private const int Side = 256;
    private const string Source = "source/seed5-1.png";

    private readonly TemporaryFolder _folder = source.Folder;

    [Fact]
    public void Edit_draws_where_the_mask_is_white_and_keeps_the_rest()
    {
        HandParsedPng edited = Draws("edit", Source, "a red star left of a green tree on a yellow background", "--mask", "mask.png", "--seed", "11", "--out", "edited");
        HandParsedPng before = Read(Source);
        for (int y = 0; y < Side; y++)
        {
            Assert.Equal(before.Rgb.AsSpan(3 * y * Side, 3 * 123), edited.Rgb.AsSpan(3 * y * Side, 3 * 123));
        }

        Assert.True(Count(before, IsBlue) > 500 && Count(edited, IsBlue) == 0, "the house is still there");
        Assert.True(Count(before, IsGreen) == 0 && Count(edited, IsGreen) > 500, "there is no tree");
    }

    [Fact]
    public void Vary_extend_blend_and_upscale_write_what_they_say()
    {
        Draws("vary", Source, "-n", "2", "--seed", "4", "--size", "256x256", "--steps", "4", "--out", "varied");
        Assert.Equal(["contact-sheet.png", "seed4-1.png", "seed4-2.png"], _folder.Files("varied"));

        HandParsedPng extended = Draws("extend", Source, "--right", "128", "--seed", "4", "--steps", "4", "--out", "extended");
        Assert.Equal((384, Side), (extended.Width, extended.Height));
        Assert.Equal(Read(Source).Rgb.AsSpan(0, 3 * 250), extended.Rgb.AsSpan(0, 3 * 250));

        Draws("blend", Source, "a blue circle", "--strip", "3", "--seed", "4", "--size", "256x256", "--steps", "4", "--out", "blended");
        Assert.Equal(["seed4-1.png", "seed4-2.png", "seed4-3.png", "strip.png"], _folder.Files("blended"));

        HandParsedPng larger = Draws("upscale", Source, "--size", "512x512", "--seed", "4", "--out", "larger");
        Assert.Equal((512, 512), (larger.Width, larger.Height));
    }

    [Fact]
    public void Reroll_draws_a_picture_once_more_with_its_things_where_they_were()
    {
        HandParsedPng before = Read(Source);
        HandParsedPng after = Draws("reroll", Source, "-n", "2", "--seed", "6", "--out", "rerolled");
        Assert.Equal(["contact-sheet.png", "seed6-1.png", "seed6-2.png"], _folder.Files("rerolled"));
        Assert.Equal((Side, Side), (after.Width, after.Height));
        Assert.NotEqual(before.Rgb, after.Rgb);
        foreach (Func<byte, byte, byte, bool> counts in new Func<byte, byte, byte, bool>[] { IsRed, IsBlue })
        {
            Assert.InRange(Math.Abs(Middle(before, counts) - Middle(after, counts)), 0, 12);
        }

        // One of a reroll is one of the first picture.
        Draws("reroll", "rerolled/seed6-2.png", "--seed", "6", "--out", "again");
        Assert.Equal(File.ReadAllBytes(_folder.At("rerolled/seed6-1.png")), File.ReadAllBytes(_folder.At("again/seed6-1.png")));
    }

    [Theory]
    [InlineData("The picture 'none.png' cannot be read", "vary", "none.png")]
    [InlineData("The picture 'text.png' cannot be used", "vary", "text.png")]
    [InlineData("No pixel of 'source/seed5-1.png' is transparent, so there is nothing to draw", "edit", Source, "a")]
    [InlineData("The mask 'small.png' has 8x8 pixels; expected 256x256", "edit", Source, "a", "--mask", "small.png")]
    [InlineData("The mask 'black.png' leaves nothing to draw", "edit", Source, "a", "--mask", "black.png")]
    [InlineData("There is nothing to add", "extend", Source)]
    [InlineData("its long side may be at most 3 times its short one", "extend", Source, "--right", "1024")]
    [InlineData("There is no picture 'stra.png'", "blend", "stra.png", "a blue circle")]
    [InlineData("--weights is '1'; it has to be 2 numbers", "blend", Source, "a", "--weights", "1")]
    [InlineData("All weights are 0; expected one above 0 at least.", "blend", Source, "a", "--weights", "0,0")]
    [InlineData("--strip goes from one part to another", "blend", Source, "a", "b", "--strip", "3")]
    [InlineData("--strip goes the whole way from one part to the other", "blend", Source, "a", "--strip", "3", "--weights", "3,1")]
    [InlineData("which has another shape", "upscale", Source, "--size", "512x256")]
    [InlineData("'--steps' is not understood", "upscale", Source, "--steps", "9")]
    [InlineData("The picture 'black.png' does not say what it was drawn from", "reroll", "black.png")]
    [InlineData("The picture 'varied.png' was made of others, which it does not hold", "reroll", "varied.png")]
    [InlineData("The adapter 'watercolour' was asked for", "reroll", "adapted.png")]
    public void What_cannot_be_done_is_a_sentence_and_code_2(string sentence, params string[] arguments)
    {
        File.WriteAllText(_folder.At("text.png"), "no picture");
        File.WriteAllBytes(_folder.At("small.png"), GrayPng.Write(8, 8, (_, _) => 255));
        File.WriteAllBytes(_folder.At("black.png"), GrayPng.Write(Side, Side, (_, _) => 0));
        File.WriteAllBytes(_folder.At("varied.png"), GrayPng.Write(Side, Side, (_, _) => 0, ("source", "sha256:0"), ("seed", "4")));
        File.WriteAllBytes(_folder.At("adapted.png"), GrayPng.Write(
            Side, Side, (_, _) => 0, ("prompt", "a hat"), ("seed", "4"), ("candidate", "1"), ("steps", "4"), ("guidance", "3"), ("prior guidance", "1"), ("adapter", "watercolour")));
        LimnerProcess.Result result = InProcess.Draw(_folder, arguments);
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
        Assert.Equal((2, ""), (result.Code, result.Output));
    }

    [Fact]
    public void A_reroll_of_a_picture_that_another_model_drew_says_so()
    {
        File.WriteAllBytes(_folder.At("elsewhere.png"), GrayPng.Write(
            Side, Side, (_, _) => 0, ("prompt", "a red hat"), ("seed", "4"), ("candidate", "1"), ("steps", "4"), ("guidance", "3"), ("prior guidance", "1"), ("model", "limner-last"), ("version", "9.0.0")));
        LimnerProcess.Result other = LimnerProcess.Run(_folder, "reroll", "elsewhere.png", "--out", "elsewhere");
        LimnerProcess.Result own = LimnerProcess.Run(_folder, "reroll", Source, "--out", "own");
        Assert.Equal((0, 0), (other.Code, own.Code));
        Assert.Contains("The picture was drawn by the model limner-last 9.0.0, and this is limner-", other.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("was drawn by the model", own.Error, StringComparison.Ordinal);
    }

    private static bool IsRed(byte red, byte green, byte blue) => red > green + 90 && red > blue + 90;

    private static bool IsBlue(byte red, byte green, byte blue) => blue > red + 60 && blue > green + 40;

    private static bool IsGreen(byte red, byte green, byte blue) => green > red + 40 && green > blue + 30;

    private static int Count(HandParsedPng picture, Func<byte, byte, byte, bool> counts) =>
        Enumerable.Range(0, picture.Rgb.Length / 3).Count(i => counts(picture.Rgb[3 * i], picture.Rgb[(3 * i) + 1], picture.Rgb[(3 * i) + 2]));

    private static double Middle(HandParsedPng picture, Func<byte, byte, byte, bool> counts) =>
        Enumerable.Range(0, picture.Rgb.Length / 3).Where(i => counts(picture.Rgb[3 * i], picture.Rgb[(3 * i) + 1], picture.Rgb[(3 * i) + 2])).Average(i => i % Side);

    /// <summary>Runs a command and reads its first picture.</summary>
    private HandParsedPng Draws(params string[] arguments) => Read(Run(_folder, arguments).Output.Split('\n')[0]);

    private static LimnerProcess.Result Run(TemporaryFolder folder, params string[] arguments)
    {
        LimnerProcess.Result result = LimnerProcess.Run(folder, arguments);
        Assert.True(result.Code == 0, $"exit code {result.Code}: {result.Error}");
        return result;
    }

    private HandParsedPng Read(string file) => new(File.ReadAllBytes(_folder.At(file)));

    /// <summary>A folder with a picture and a mask, made once.</summary>
    public sealed class SourcePicture : IDisposable
    {
        public SourcePicture()
        {
            Run(Folder, "generate", "a red star left of a blue house on a yellow background", "--seed", "5", "--size", "256x256", "--out", "source");
            File.WriteAllBytes(Folder.At("mask.png"), GrayPng.Write(Side, Side, (x, _) => (byte)(x < Side / 2 ? 0 : 255)));
        }

        internal TemporaryFolder Folder { get; } = new();

        public void Dispose() => Folder.Dispose();
    }
}
