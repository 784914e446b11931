namespace Limner.Imaging.Tests;

public sealed class PictureOnCanvasTests
{
    [Theory]
    [InlineData(0, 0, 64, 0, 1f, 164, 70, 100, 70, 0, 0, true, true)] // drawn on at the right
    [InlineData(10, 20, -10, 5, 1f, 100, 95, 100, 70, 10, 20, true, true)] // moved and higher
    [InlineData(0, 0, 0, 0, 2f, 100, 70, 50, 35, 25, 17, true, true)] // smaller
    [InlineData(-30, 0, 0, 0, 2f, 70, 70, 50, 35, -5, 17, true, true)] // and cut off
    [InlineData(-10, -10, -10, -10, 1f, 80, 50, 100, 70, -10, -10, true, false)] // nothing left to draw
    [InlineData(-100, 0, 200, 0, 1f, 200, 70, 100, 70, -100, 0, false, true)] // nothing left of it
    [InlineData(0, 0, -50, 0, 8f, 50, 70, 12, 9, 44, 30, true, true)] // float rounding is to even: 12.5
    public void A_picture_lies_where_its_sides_and_zoom_put_it(
        int left, int top, int right, int bottom, float zoom, int width, int height, int pictureWidth, int pictureHeight, int x, int y, bool shows, bool gap)
    {
        var place = PictureOnCanvas.Of(100, 70, (left, top, right, bottom), zoom);
        Assert.Equal((width, height, pictureWidth, pictureHeight, x, y), (place.Width, place.Height, place.PictureWidth, place.PictureHeight, place.Left, place.Top));
        Assert.Equal((shows, gap), (place.ShowsPicture, place.HasGap));
    }
}
