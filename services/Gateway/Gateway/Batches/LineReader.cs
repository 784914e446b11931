namespace Limner.Gateway.Batches;

/// <summary>
/// Reads a file line by line, with the longest line that it may have in memory and no more. Lines end with LF or CRLF, the last one perhaps with the file;
/// empty ones are counted and left out.
/// </summary>
internal sealed class LineReader(Stream content, int longest, long offset = 0, int lines = 0)
{
    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    // One more for the end, and one to see that a line is too long.
    private readonly byte[] _buffer = new byte[Math.Max(longest + 2, 64 * 1024)];
    private int _start;
    private int _end;
    private bool _isAtEnd;

    /// <summary>Bytes of the file up to where the next line begins.</summary>
    public long Offset { get; private set; } = offset;

    /// <summary>Lines up to there.</summary>
    public int Lines { get; private set; } = lines;

    /// <returns>The next line, good until the next call; null at the end.</returns>
    public async Task<JsonLine?> ReadAsync(CancellationToken cancellation)
    {
        while (await FindEndAsync(cancellation) is { } length)
        {
            bool isTooLong = length > longest;
            ReadOnlyMemory<byte> text = isTooLong ? default : Trim(_buffer.AsMemory(_start, length), isFirst: Lines == 0);
            if (isTooLong)
            {
                await SkipAsync(cancellation);
            }
            else
            {
                Advance(Math.Min(length + 1, _end - _start));
            }

            Lines++;
            if (isTooLong || !text.IsEmpty)
            {
                return new JsonLine(Lines, text, isTooLong);
            }
        }

        return null;
    }

    /// <returns>The length of the next line without its end; more than the longest if it is too long; null if there is none.</returns>
    private async Task<int?> FindEndAsync(CancellationToken cancellation)
    {
        int searched = 0;
        while (true)
        {
            int found = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                return searched + found;
            }

            searched = _end - _start;
            if (searched > longest + 1)
            {
                return searched;
            }

            if (!await FillAsync(cancellation))
            {
                return searched > 0 ? searched : null;
            }
        }
    }

    private async Task SkipAsync(CancellationToken cancellation)
    {
        while (true)
        {
            int found = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            Advance(found >= 0 ? found + 1 : _end - _start);
            if (found >= 0 || !await FillAsync(cancellation))
            {
                return;
            }
        }
    }

    private async Task<bool> FillAsync(CancellationToken cancellation)
    {
        if (_isAtEnd)
        {
            return false;
        }

        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        int read = await content.ReadAsync(_buffer.AsMemory(_end), cancellation);
        _end += read;
        _isAtEnd = read == 0;
        return read > 0;
    }

    private void Advance(int bytes)
    {
        _start += bytes;
        Offset += bytes;
    }

    private static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> text, bool isFirst) =>
        (isFirst && text.Span.StartsWith(ByteOrderMark) ? text[ByteOrderMark.Length..] : text).Trim(" \t\r"u8);
}

/// <summary>A line that is not empty.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="Text">Without its end; nothing if it is too long.</param>
/// <param name="IsTooLong">Whether it has more bytes than a line may.</param>
internal sealed record JsonLine(int Number, ReadOnlyMemory<byte> Text, bool IsTooLong);
