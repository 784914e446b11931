using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics.Tensors;

namespace Limner.Imaging;

/// <summary>
/// The rows of a PNG as a zlib stream (RFC 1950): each less the one above it, then entropy-coded. Looking for matches takes three times as long and finds hardly any
/// in what a network drew, and whether zlib finds the same ones on every processor is not promised; see ADR 21.
/// </summary>
internal static class PngPixels
{
    private const byte Up = 2; // the filter (PNG specification, 9.2)
    private const int RowsOfBand = 128;
    private const int HeaderLength = 2;
    private const int ChecksumLength = 4;
    private const uint AdlerModulus = 65521;

    private static readonly ZLibCompressionOptions RunsAlone = new() { CompressionLevel = 1, CompressionStrategy = ZLibCompressionStrategy.RunLengthEncoding };

    /// <summary>Compresses bands of rows on as many processors as are free; the bytes depend on none of it.</summary>
    public static byte[] Compress(byte[] pixels, int height)
    {
        var bands = new Band[(height + RowsOfBand - 1) / RowsOfBand];
        if (bands.Length == 1)
        {
            bands[0] = CompressBand(pixels, height, 0);
        }
        else
        {
            Parallel.For(0, bands.Length, band => bands[band] = CompressBand(pixels, height, band));
        }

        byte[] stream = new byte[HeaderLength + bands.Sum(band => band.Deflated.Count) + ChecksumLength];
        stream[0] = 0x78; // deflate, a window of 32 KiB
        stream[1] = 0x01; // fastest; makes both a multiple of 31
        (int end, uint checksum) = (HeaderLength, 1);
        foreach (Band band in bands)
        {
            band.Deflated.CopyTo(stream, end);
            end += band.Deflated.Count;
            checksum = Join(checksum, band);
        }

        BinaryPrimitives.WriteUInt32BigEndian(stream.AsSpan(end), checksum);
        return stream;
    }

    private static Band CompressBand(byte[] pixels, int height, int band)
    {
        (int first, int rowLength) = (band * RowsOfBand, pixels.Length / height);
        int rows = Math.Min(RowsOfBand, height - first);
        byte[] filtered = new byte[rowLength + 1];
        using var compressed = new MemoryStream(rows * rowLength / 4);
        bool isLast = first + rows == height;
        int end = 0;
        using (var zlib = new ZLibStream(compressed, RunsAlone, leaveOpen: true))
        {
            for (int y = first; y < first + rows; y++)
            {
                Filter(pixels, y, filtered);
                zlib.Write(filtered);
            }

            // Flushed it ends at a byte and not yet as a stream: another band may follow.
            if (!isLast)
            {
                zlib.Flush();
                end = (int)compressed.Length;
            }
        }

        byte[] all = compressed.GetBuffer();
        int length = (int)compressed.Length;
        uint checksum = BinaryPrimitives.ReadUInt32BigEndian(all.AsSpan(length - ChecksumLength, ChecksumLength));
        return new(new(all, HeaderLength, (isLast ? length - ChecksumLength : end) - HeaderLength), rows * (rowLength + 1L), checksum);
    }

    // What is above the first row counts as 0.
    private static void Filter(byte[] pixels, int y, Span<byte> filtered)
    {
        int length = filtered.Length - 1;
        filtered[0] = Up;
        ReadOnlySpan<byte> row = pixels.AsSpan(y * length, length);
        if (y == 0)
        {
            row.CopyTo(filtered[1..]);
        }
        else
        {
            TensorPrimitives.Subtract(row, pixels.AsSpan((y - 1) * length, length), filtered[1..]);
        }
    }

    // Adler-32 of what came so far, with the band's after it: a is 1 plus all bytes, b is all values of a.
    private static uint Join(uint checksum, Band band)
    {
        (uint a, uint b) = (checksum & 0xFFFF, checksum >> 16);
        (uint bandA, uint bandB) = (band.Checksum & 0xFFFF, band.Checksum >> 16);
        uint joinedB = (uint)((b + bandB + ((ulong)band.Length % AdlerModulus * (a + AdlerModulus - 1))) % AdlerModulus);
        return (joinedB << 16) | ((a + bandA + AdlerModulus - 1) % AdlerModulus);
    }

    /// <param name="Deflated">Its blocks.</param>
    /// <param name="Length">Bytes before compression.</param>
    /// <param name="Checksum">Adler-32 of these.</param>
    private readonly record struct Band(ArraySegment<byte> Deflated, long Length, uint Checksum);
}
