using System.Text;
using Limner.Gateway.Batches;

namespace Limner.Gateway.Tests.Batches;

public sealed class LineReaderTests
{
    private const int Longest = 100;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "")]
    [InlineData("a", "1:a")]
    [InlineData("a\nb\n", "1:a 2:b")]
    [InlineData("a\r\nb\r\n", "1:a 2:b")]
    [InlineData("\n\n a \n\t\r\nb", "3:a 5:b")]
    [InlineData("\uFEFFa\n\uFEFFb", "1:a 2:\uFEFFb")]
    public async Task Lines_are_numbered_and_empty_ones_left_out(string text, string expected)
    {
        foreach (int piece in new[] { 1, 2, 3, 1000 })
        {
            Assert.Equal(expected, string.Join(' ', await ReadAsync(Encoding.UTF8.GetBytes(text), piece)));
        }
    }

    [Theory]
    [InlineData(99, "1:x99 2:end")]
    [InlineData(100, "1:x100 2:end")]
    [InlineData(101, "1:long 2:end")]
    [InlineData(70_000, "1:long 2:end")]
    [InlineData(500_000, "1:long 2:end")]
    public async Task A_line_that_is_too_long_is_named_and_passed_over(int length, string expected)
    {
        byte[] text = Encoding.UTF8.GetBytes(new string('x', length) + "\nend");
        foreach (int piece in new[] { 7, 65_536, 1_000_000 })
        {
            Assert.Equal(expected, string.Join(' ', await ReadAsync(text, piece)));
        }
    }

    [Fact]
    public async Task Reading_goes_on_from_any_place_where_a_line_begins()
    {
        var random = new Random(7);
        for (int round = 0; round < 50; round++)
        {
            byte[] text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 40).Select(i => new string((char)('a' + i % 26), random.Next(0, 130)) + (random.Next(3) == 0 ? "\r\n" : "\n"))));
            string[] all = await ReadAsync(text, 50);
            var first = new LineReader(new Pieces(text, 50), Longest);
            for (int read = 0; read <= all.Length; read++)
            {
                Assert.Equal(all[read..], await ReadAsync(text[(int)first.Offset..], 50, first.Offset, first.Lines));
                await first.ReadAsync(Cancellation);
            }

            Assert.Equal(text.Length, first.Offset);
        }
    }

    private static async Task<string[]> ReadAsync(byte[] text, int piece, long offset = 0, int lines = 0)
    {
        var reader = new LineReader(new Pieces(text, piece), Longest, offset, lines);
        var found = new List<string>();
        while (await reader.ReadAsync(Cancellation) is { } line)
        {
            string read = Encoding.UTF8.GetString(line.Text.Span);
            found.Add($"{line.Number}:{(line.IsTooLong ? "long" : read.Length > 50 ? $"{read[0]}{read.Length}" : read)}");
        }

        return [.. found];
    }

    /// <summary>Gives its bytes a few at a time, as a network does.</summary>
    private sealed class Pieces(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
