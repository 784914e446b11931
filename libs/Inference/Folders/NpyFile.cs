using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Limner.Inference.Folders;

/// <summary>NumPy's array file, formats 1 and 2, C order: <c>&lt;f4</c>, <c>&lt;i8</c>, <c>|b1</c> and <c>|u1</c>.</summary>
internal sealed partial class NpyFile
{
    private readonly byte[] _data;

    private NpyFile(string type, int[] shape, byte[] data)
    {
        Type = type;
        Shape = shape;
        _data = data;
    }

    public string Type { get; }

    public int[] Shape { get; }

    public ReadOnlySpan<float> Floats => Values<float>("<f4");

    public ReadOnlySpan<long> Longs => Values<long>("<i8");

    public ReadOnlySpan<bool> Bools => Values<bool>("|b1");

    public ReadOnlySpan<byte> Bytes => Values<byte>("|u1");

    /// <exception cref="InvalidDataException">Not such a file; the message says what was expected.</exception>
    public static NpyFile Load(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        if (file.Length < 12 || file[0] != 0x93 || !file.AsSpan(1, 5).SequenceEqual("NUMPY"u8))
        {
            throw new InvalidDataException("is not a NumPy array file (.npy)");
        }

        (int start, int length) = file[6] == 1
            ? (10, BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(8)))
            : (12, (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(8)), int.MaxValue));
        if (length > file.Length - start)
        {
            throw new InvalidDataException("ends inside its header");
        }

        Match header = HeaderPattern().Match(Encoding.ASCII.GetString(file, start, length));
        if (!header.Success)
        {
            throw new InvalidDataException("has a header that is not NumPy's, or an array in Fortran order; expected C order");
        }

        string type = header.Groups["type"].Value;
        int[] shape = header.Groups["shape"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(text => int.TryParse(text, CultureInfo.InvariantCulture, out int dimension)
                ? dimension
                : throw new InvalidDataException($"has a dimension of {text}, more than a file here can hold")).ToArray();
        long size = type switch { "<f4" => 4L, "<i8" => 8L, "|b1" or "|u1" => 1L, _ => 0L };
        if (size == 0)
        {
            throw new InvalidDataException($"holds values of type {type}; expected <f4, <i8, |b1 or |u1");
        }

        long bytes = shape.Aggregate(size, (product, dimension) => product * dimension);
        Span<byte> data = file.AsSpan(start + length);
        return data.Length == bytes
            ? new(type, shape, data.ToArray())
            : throw new InvalidDataException($"holds {data.Length} bytes of values; its shape ({string.Join(", ", shape)}) asks for {bytes}");
    }

    private ReadOnlySpan<T> Values<T>(string type)
        where T : unmanaged =>
        Type == type ? MemoryMarshal.Cast<byte, T>(_data) : throw new InvalidDataException($"holds values of type {Type}; expected {type}");

    [GeneratedRegex(@"^\{'descr': '(?<type>[^']+)', 'fortran_order': False, 'shape': \((?<shape>[0-9, ]*)\)")]
    private static partial Regex HeaderPattern();
}
