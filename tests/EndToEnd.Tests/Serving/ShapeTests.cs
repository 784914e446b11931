using System.Net.Http.Json;
using System.Text.Json;

namespace Limner.EndToEnd.Tests.Serving;

/// <summary>Pictures that are not square, at full size, and pictures that are drawn on, through all the services with the shipped model.</summary>
public sealed class ShapeTests(ShapeTests.Shipped shipped) : IClassFixture<ShapeTests.Shipped>
{
    private const string Prompt = "a red star on a white background";

    /// <summary>Where super-resolution's tiles begin and end along a side of 1792.</summary>
    private static readonly int[] Seams = [768, 1024];

    private readonly ServingLimner _limner = shipped.Limner;
    private readonly TemporaryFolder _folder = shipped.Folder;

    private string[] Service => ["--server", _limner.Client.Http.BaseAddress!.AbsoluteUri, "--key", _limner.Key!];

    [Fact]
    public void A_wide_picture_shows_what_was_asked_for_and_no_tiles()
    {
        Run(["generate", Prompt, "--size", "1792x1024", "--steps", "4", "--seed", "7", "--out", "wide", .. Service]);
        var wide = new HandParsedPng(File.ReadAllBytes(_folder.At("wide/seed7-1.png")));
        Assert.Equal((1792, 1024), (wide.Width, wide.Height));
        AssertShowsRedThingOnWhite(wide.Rgb, wide.Width);
        AssertHasNoSeams(wide.Rgb, wide.Width);
    }

    [Fact]
    public async Task A_tall_picture_of_dall_e_3_shows_what_was_asked_for_and_no_tiles()
    {
        using HttpResponseMessage response = await _limner.Client.Http.PostAsJsonAsync(
            "v1/images/generations", new { model = "dall-e-3", prompt = Prompt, size = "1024x1792", response_format = "b64_json", steps = 4, seed = 7 }, TestContext.Current.CancellationToken);
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        var tall = new HandParsedPng(JsonDocument.Parse(text).RootElement.GetProperty("data")[0].GetProperty("b64_json").GetBytesFromBase64());
        Assert.Equal((1024, 1792), (tall.Width, tall.Height));
        AssertShowsRedThingOnWhite(tall.Rgb, tall.Width);
        AssertHasNoSeams(Turned(tall), tall.Height);
    }

    [Fact]
    public async Task A_picture_that_a_job_draws_on_has_no_seam_and_is_the_command_lines()
    {
        byte[] source = await DrawAsync(new { prompt = "a large purple moon on a gradient from red to blue", seed = 5, size = "256x256", steps = 8 });
        File.WriteAllBytes(_folder.At("moon.png"), source);
        byte[] extended = await DrawAsync(new { operation = "outpainting", image = DataUrl(source), margins = new { right = 128 }, seed = 3, steps = 8 });
        Run(["extend", "moon.png", "--right", "128", "--seed", "3", "--steps", "8", "--out", "extended"]);
        HandParsedPng before = new(source), after = new(extended);
        Assert.Equal((384, 256), (after.Width, after.Height));
        Assert.Equal(new HandParsedPng(File.ReadAllBytes(_folder.At("extended/seed3-1.png"))).Rgb, after.Rgb);
        Assert.Equal(before.Rgb.AsSpan(0, 3 * 252), after.Rgb.AsSpan(0, 3 * 252)); // what was there stays, but for the border where it is mixed
        Assert.InRange(Step(after.Rgb, after.Width, 248, 264), 0, 1.10 * Step(before.Rgb, before.Width, 0, 255));

        byte[] moved = await DrawAsync(new { operation = "outpainting", image = DataUrl(source), margins = new { left = 64, right = -64 }, zoom = 1.5, seed = 3, steps = 2 });
        Run(["extend", "moon.png", "--left", "64", "--right", "-64", "--zoom", "1.5", "--seed", "3", "--steps", "2", "--out", "moved"]);
        Assert.Equal(new HandParsedPng(File.ReadAllBytes(_folder.At("moved/seed3-1.png"))).Rgb, new HandParsedPng(moved).Rgb);
    }

    private static string DataUrl(byte[] png) => $"data:image/png;base64,{Convert.ToBase64String(png)}";

    private static void AssertShowsRedThingOnWhite(byte[] rgb, int width)
    {
        ColourRegion thing = ColourRegion.Largest(rgb, width, (red, green, blue) => red > green + 90 && red > blue + 90), ground = ColourRegion.Largest(rgb, width, IsWhite);
        Assert.InRange(thing.Share, 0.01, 0.25);
        Assert.InRange(Enumerable.Range(0, rgb.Length / 3).Count(i => rgb[3 * i] > rgb[(3 * i) + 1] + 90 && rgb[3 * i] > rgb[(3 * i) + 2] + 90), 0, 1.02 * thing.Share * rgb.Length / 3); // once
        Assert.InRange(ground.Share, 0.6, 0.99);
    }

    // Of lines that show the ground alone around the seam: a thing's outline, and what shimmers beside it, is steeper than any seam.
    private static void AssertHasNoSeams(byte[] rgb, int width) => Assert.All(Seams, seam =>
    {
        int height = rgb.Length / 3 / width;
        bool[] clear = [.. Enumerable.Range(0, height).Select(row => Enumerable.Range(seam - 64, 128).All(column => IsWhiteAt(rgb, (row * width) + column)))];
        Assert.InRange(clear.Count(line => line), height / 4, height);
        Assert.InRange(Step(rgb, width, seam - 2, seam + 1, row => clear[row]), 0, 1.10 * Step(rgb, width, seam - 12, seam + 12, row => clear[row]));
    });

    private static bool IsWhiteAt(byte[] rgb, int pixel) => IsWhite(rgb[3 * pixel], rgb[(3 * pixel) + 1], rgb[(3 * pixel) + 2]);

    private static bool IsWhite(int red, int green, int blue) => red > 200 && green > 200 && blue > 200;

    /// <summary>The mean difference of neighbours in a row, from one column to another, in the rows that count.</summary>
    private static double Step(byte[] rgb, int width, int from, int to, Func<int, bool>? counts = null)
    {
        (long sum, long count) = (0, 0);
        for (int i = 0; i < rgb.Length; i += 3)
        {
            int column = i / 3 % width;
            if (column >= from && column < to && (counts is null || counts(i / 3 / width)))
            {
                sum += Math.Abs(rgb[i + 3] - rgb[i]) + Math.Abs(rgb[i + 4] - rgb[i + 1]) + Math.Abs(rgb[i + 5] - rgb[i + 2]);
                count += 3;
            }
        }

        return (double)sum / count;
    }

    private static byte[] Turned(HandParsedPng picture)
    {
        byte[] turned = new byte[picture.Rgb.Length];
        for (int i = 0; i < picture.Rgb.Length; i++)
        {
            (int pixel, int channel) = (i / 3, i % 3);
            turned[(3 * ((pixel % picture.Width * picture.Height) + (pixel / picture.Width))) + channel] = picture.Rgb[i];
        }

        return turned;
    }

    private async Task<byte[]> DrawAsync(object job)
    {
        string id = await _limner.Client.SubmitAsync(job);
        IReadOnlyList<ServerSentEvent> events = await _limner.Client.WatchToEndAsync(id);
        Assert.True(events.Any(told => told.Name == "candidate.approved"), string.Join('\n', events));
        return await _limner.Client.DownloadAsync(id, 0);
    }

    private void Run(params string[] arguments)
    {
        LimnerProcess.Result result = LimnerProcess.Run(_folder, arguments);
        Assert.True(result.Code == 0, $"exit code {result.Code}: {result.Error}");
    }

    /// <summary>A server on the shipped model, and a folder.</summary>
    public sealed class Shipped : IAsyncLifetime
    {
        internal TemporaryFolder Folder { get; } = new();

        internal ServingLimner Limner { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Limner = await ServingLimner.StartShippedAsync(Folder);

        public ValueTask DisposeAsync()
        {
            Limner?.Dispose();
            Folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
