using Limner.Moderation.Images;

namespace Limner.Moderation.Tests.Images;

public sealed class PicturePartTests
{
    [Theory]
    [InlineData(1024, 1024, 1)]
    [InlineData(1024, 1023, 2)]
    [InlineData(1792, 1024, 3)]
    [InlineData(1024, 1792, 3)]
    [InlineData(2048, 704, 5)]
    [InlineData(4000, 1000, 7)]
    [InlineData(1, 1, 1)]
    [InlineData(1 << 24, 1, 7)]
    [InlineData(3, 100, 7)]
    public void They_cover_the_picture_and_overlap_by_half_at_least(int width, int height, int count)
    {
        IReadOnlyList<PicturePart> parts = PicturePart.Of(width, height);
        Assert.Equal(count, parts.Count);
        (int along, int across) = (Math.Max(width, height), Math.Min(width, height));
        (int Start, int Length)[] spans = [.. parts.Select(part => width > height ? (part.Left, part.Width) : (part.Top, part.Height))];
        Assert.All(parts, part => Assert.Equal(across, width > height ? part.Height : part.Width));
        Assert.Equal((0, along), (spans[0].Start, spans[^1].Start + spans[^1].Length));
        Assert.All(spans.Zip(spans.Skip(1)), pair => Assert.InRange(2 * (pair.Second.Start - pair.First.Start), 0, pair.First.Length + 2));
        Assert.All(spans, span => Assert.True(along > 4 * across || span.Length == across));
    }

    [Theory]
    [InlineData(1024, 1024)]
    [InlineData(1100, 1024)]
    [InlineData(1024, 1792)]
    [InlineData(2048, 704)]
    [InlineData(256, 768)]
    public void Every_place_is_judged_and_none_where_a_part_cuts_the_picture(int width, int height)
    {
        const int Side = 4;
        (int along, int across) = (Math.Max(width, height), Math.Min(width, height));
        bool[] judged = new bool[along];
        foreach (PicturePart part in PicturePart.Of(width, height))
        {
            int start = width > height ? part.Left : part.Top;
            for (int cell = 0; cell < Side * Side; cell++)
            {
                if (part.Judges(cell, Side * Side))
                {
                    int place = start + (across * (width > height ? cell % Side : cell / Side) / Side);
                    Assert.True(place == 0 || place > start, $"{part} judges what it cuts at its start");
                    Assert.True(place + (across / Side) == along || place + (across / Side) < start + across, $"{part} judges what it cuts at its end");
                    judged.AsSpan(place, across / Side).Fill(true);
                }
            }
        }

        Assert.DoesNotContain(false, judged);
    }

    [Fact]
    public void Cells_that_are_no_places_are_all_judged() => Assert.All(PicturePart.Of(1792, 1024), part => Assert.True(part.Judges(0, 1)));
}
