using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;

namespace Limner.Diffusion.Tests.Sampling;

public sealed class WindowPlaceTests
{
    [Theory]
    [InlineData(16, 16, 4, 1)]
    [InlineData(16, 28, 4, 7 - 3)]
    [InlineData(48, 17, 4, 9 * 2)]
    [InlineData(20, 30, 12, 2 * 3)]
    public void Windows_cut_out_and_added_again_make_the_whole(int height, int width, int stride, int count)
    {
        var whole = new ImageShape(2, height, width);
        float[] planes = Enumerable.Range(0, whole.Length).Select(i => MathF.Sin(i)).ToArray();
        (float[] joined, float[] part) = (new float[whole.Length], new float[2 * 16 * 16]);
        IReadOnlyList<WindowPlace> windows = WindowPlace.Cover(whole, new(2, 16, 16), (stride, stride));
        Assert.Equal(count, windows.Count);
        foreach (WindowPlace window in windows)
        {
            window.Cut(planes, part);
            window.Add(part, joined);
        }

        Assert.All(planes.Zip(joined), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void What_windows_say_differently_is_mixed_gradually()
    {
        var whole = new ImageShape(1, 4, 28);
        float[] joined = new float[whole.Length];
        foreach ((int i, WindowPlace window) in WindowPlace.Cover(whole, new(1, 4, 16), (12, 12)).Index())
        {
            window.Add(Enumerable.Repeat((float)i, 64).ToArray(), joined);
        }

        float[] row = joined[..28];
        Assert.Equal((0f, 1f), (row[0], row[^1]));
        Assert.All(row.Zip(row.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 0, 0.35));
    }
}
