using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Limner.Diffusion.Unclip;

/// <summary>
/// Conditioning as bytes for a cache: <c>LMNC</c>, a version, the arrays with their lengths, and the beginning of the SHA-256 of
/// all that. Every float comes back with the same bits.
/// </summary>
public static class ConditioningFormat
{
    /// <summary>The version that is written, and the only one that is read: a cache may forget what another version wrote.</summary>
    public const byte Version = 1;

    private const int HeaderLength = 6; // magic, version, whether there is unconditional text
    private const int DigestLength = 16;

    private static ReadOnlySpan<byte> Magic => "LMNC"u8;

    /// <summary>Writes it.</summary>
    public static byte[] Write(Conditioning conditioning)
    {
        ArgumentNullException.ThrowIfNull(conditioning);
        (TextEncoding prompt, TextEncoding? unconditional) = (conditioning.Prompt, conditioning.Unconditional);
        byte[] bytes = new byte[HeaderLength + LengthOf(conditioning.ImageEmbedding) + LengthOf(prompt) + LengthOf(unconditional) + DigestLength];
        Magic.CopyTo(bytes);
        bytes[4] = Version;
        bytes[5] = unconditional is null ? (byte)0 : (byte)1;

        Span<byte> rest = bytes.AsSpan(HeaderLength);
        Write<float>(conditioning.ImageEmbedding, ref rest);
        Write(prompt, ref rest);
        if (unconditional is not null)
        {
            Write(unconditional, ref rest);
        }

        Digest(bytes.AsSpan(0, bytes.Length - DigestLength), rest);
        return bytes;
    }

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidDataException">The bytes are not conditioning, are cut short or damaged, or another version wrote them.</exception>
    public static Conditioning Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderLength + DigestLength || !bytes.StartsWith(Magic))
        {
            throw new InvalidDataException($"These {bytes.Length} bytes are not conditioning: they do not begin with LMNC and a header.");
        }

        if (bytes[4] != Version)
        {
            throw new InvalidDataException($"The conditioning has version {bytes[4]}; version {Version} is read.");
        }

        Span<byte> digest = stackalloc byte[DigestLength];
        Digest(bytes[..^DigestLength], digest);
        if (!digest.SequenceEqual(bytes[^DigestLength..]))
        {
            throw new InvalidDataException($"The conditioning's {bytes.Length} bytes are cut short or damaged: their digest is wrong.");
        }

        ReadOnlySpan<byte> rest = bytes[HeaderLength..^DigestLength];
        return new()
        {
            ImageEmbedding = Read<float>(ref rest),
            Prompt = ReadText(ref rest),
            Unconditional = bytes[5] == 0 ? null : ReadText(ref rest),
        };
    }

    private static int LengthOf(Array? array) => array is null ? 0 : sizeof(int) + Buffer.ByteLength(array);

    private static int LengthOf(TextEncoding? text) => text is null ? 0 : LengthOf(text.Embedding) + LengthOf(text.States) + LengthOf(text.Mask);

    private static void Write(TextEncoding text, ref Span<byte> rest)
    {
        Write<float>(text.Embedding, ref rest);
        Write<float>(text.States, ref rest);
        Write<bool>(text.Mask, ref rest);
    }

    private static TextEncoding ReadText(ref ReadOnlySpan<byte> rest) => new(Read<float>(ref rest), Read<float>(ref rest), Read<bool>(ref rest));

    // Floats are copied as they lie in memory: one cache serves machines of one byte order.
    private static void Write<T>(ReadOnlySpan<T> values, ref Span<byte> rest)
        where T : unmanaged
    {
        BinaryPrimitives.WriteInt32LittleEndian(rest, values.Length);
        ReadOnlySpan<byte> content = MemoryMarshal.AsBytes(values);
        content.CopyTo(rest[sizeof(int)..]);
        rest = rest[(sizeof(int) + content.Length)..];
    }

    private static T[] Read<T>(ref ReadOnlySpan<byte> rest)
        where T : unmanaged
    {
        // The digest was right, so the lengths are those that were written.
        var values = new T[BinaryPrimitives.ReadInt32LittleEndian(rest)];
        Span<byte> content = MemoryMarshal.AsBytes(values.AsSpan());
        rest.Slice(sizeof(int), content.Length).CopyTo(content);
        rest = rest[(sizeof(int) + content.Length)..];
        return values;
    }

    private static void Digest(ReadOnlySpan<byte> bytes, Span<byte> digest)
    {
        Span<byte> whole = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, whole);
        whole[..DigestLength].CopyTo(digest);
    }
}
