using System.Text;

namespace Limner.Imaging.Tests;

public sealed class PngTextChunksTests
{
    [Theory]
    [InlineData("a red fox", "tEXt")]
    [InlineData("", "tEXt")]
    [InlineData("two\nlines, café", "tEXt")]
    [InlineData("tab\there", "iTXt")]
    [InlineData("赤い狐 🦊", "iTXt")]
    public void A_text_is_read_back_as_written(string text, string chunkType)
    {
        byte[] png = PngEncoder.Encode(new RgbImage(2, 2), new PngText("prompt", text), new PngText("seed", "7"));

        Assert.Equal([new PngText("prompt", text), new PngText("seed", "7")], PngTextChunks.Read(png));
        (string type, byte[] data) = new HandParsedPng(png).Chunks[1];
        Assert.Equal(chunkType, type);
        byte[] expected = type == "tEXt"
            ? [.. "prompt\0"u8, .. Encoding.Latin1.GetBytes(text)]
            : [.. "prompt\0\0\0\0\0"u8, .. Encoding.UTF8.GetBytes(text)];
        Assert.Equal(expected, data);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" padded")]
    [InlineData("two  spaces")]
    [InlineData("プロンプト")]
    [InlineData("line\nfeed")]
    public void A_keyword_that_png_forbids_is_refused(string keyword)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => PngEncoder.Encode(new RgbImage(1, 1), new PngText(keyword, "x")));
        Assert.Contains("79 printable Latin-1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_keyword_of_80_characters_and_a_nul_inside_a_text_are_refused()
    {
        Assert.Throws<ArgumentException>(() => PngEncoder.Encode(new RgbImage(1, 1), new PngText(new string('k', 80), "x")));
        ArgumentException error = Assert.Throws<ArgumentException>(() => PngEncoder.Encode(new RgbImage(1, 1), new PngText("k", "a\0b")));
        Assert.Contains("U+0000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_byte_in_a_text_is_noticed()
    {
        byte[] png = PngEncoder.Encode(new RgbImage(1, 1), new PngText("seed", "7"));
        png[png.AsSpan().IndexOf("seed"u8) + 5] = (byte)'8';
        Assert.Contains("checksum", Assert.Throws<InvalidDataException>(() => PngTextChunks.Read(png)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_truncation_is_an_error_and_never_a_crash()
    {
        byte[] png = PngEncoder.Encode(new RgbImage(1, 1), new PngText("seed", "7"));
        for (int length = 0; length < png.Length - 4; length++) // the last 4 bytes are IEND's checksum, which reading does not need
        {
            Assert.Throws<InvalidDataException>(() => PngTextChunks.Read(png.AsSpan(0, length)));
        }
    }

    [Fact]
    public void A_length_beyond_the_file_is_an_error()
    {
        byte[] png = PngEncoder.Encode(new RgbImage(1, 1));
        png.AsSpan(8, 4).Fill(0xFF);
        Assert.Throws<InvalidDataException>(() => PngTextChunks.Read(png));
    }
}
