using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Limner.Imaging;

/// <summary>The bytes of one chunk: length, type, data, CRC-32 over type and data.</summary>
internal static class PngChunk
{
    public static void Write(Stream stream, PngText text)
    {
        Validate(text);
        bool latin = text.Text.All(IsPrintableLatin1);
        if (latin)
        {
            Write(stream, "tEXt"u8, [.. Encoding.Latin1.GetBytes(text.Keyword), 0, .. Encoding.Latin1.GetBytes(text.Text)]);
        }
        else // after the keyword: not compressed, method 0, no language tag, no translated keyword
        {
            Write(stream, "iTXt"u8, [.. Encoding.Latin1.GetBytes(text.Keyword), 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(text.Text)]);
        }
    }

    public static void Write(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        stream.Write(number);
        stream.Write(type);
        stream.Write(data);
        var checksum = new Crc32();
        checksum.Append(type);
        checksum.Append(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, checksum.GetCurrentHashAsUInt32());
        stream.Write(number);
    }

    public static PngText? Parse(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        int end = data.IndexOf((byte)0);
        if (end < 0)
        {
            return null;
        }

        string keyword = Encoding.Latin1.GetString(data[..end]);
        data = data[(end + 1)..];
        if (type.SequenceEqual("tEXt"u8))
        {
            return new PngText(keyword, Encoding.Latin1.GetString(data));
        }

        if (data.Length < 2 || data[0] != 0)
        {
            return null;
        }

        data = data[2..];
        for (int skipped = 0; skipped < 2; skipped++) // language tag, translated keyword
        {
            end = data.IndexOf((byte)0);
            if (end < 0)
            {
                return null;
            }

            data = data[(end + 1)..];
        }

        return new PngText(keyword, Encoding.UTF8.GetString(data));
    }

    private static void Validate(PngText text)
    {
        string keyword = text.Keyword;
        bool storable = keyword.Length is >= 1 and <= 79 && keyword.All(c => c != '\n' && IsPrintableLatin1(c))
            && keyword.Trim(' ').Length == keyword.Length && !keyword.Contains("  ", StringComparison.Ordinal);
        if (!storable)
        {
            throw new ArgumentException($"'{keyword}' is not a PNG keyword: 1 to 79 printable Latin-1 characters, single spaces inside only.", nameof(text));
        }

        if (text.Text.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException($"The text of '{keyword}' contains U+0000, which ends a text inside a PNG.", nameof(text));
        }
    }

    private static bool IsPrintableLatin1(char c) => c is '\n' or (>= ' ' and <= '~') or (>= '\u00A0' and <= '\u00FF');
}
