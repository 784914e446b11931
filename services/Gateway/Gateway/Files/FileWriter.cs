using System.Buffers;
using System.Security.Cryptography;
using Limner.ObjectStorage;

namespace Limner.Gateway.Files;

/// <summary>Writes a file's content as it comes, one block in memory. Disposed without <see cref="Keep"/>, what was written is removed again.</summary>
internal sealed class FileWriter(IObjectStore store, FileBlocks blocks, string tenant, Guid id) : Stream
{
    private readonly byte[] _block = ArrayPool<byte>.Shared.Rent(FileBlocks.Length);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _length;
    private int _filled;
    private int _stored;
    private bool _isKept;
    private bool _isDisposed;

    public Guid Id => id;

    public string Tenant => tenant;

    public override long Length => _length;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _hash.AppendData(buffer.Span);
        _length += buffer.Length;
        while (!buffer.IsEmpty)
        {
            // A full block waits for the next byte, so that the last one is never empty.
            if (_filled == FileBlocks.Length)
            {
                await StoreAsync(cancellationToken);
            }

            int taken = Math.Min(buffer.Length, FileBlocks.Length - _filled);
            buffer.Span[..taken].CopyTo(_block.AsSpan(_filled));
            _filled += taken;
            buffer = buffer[taken..];
        }
    }

    /// <summary>Stores what is still in memory. The content is durable when this returns, and nobody knows of it yet.</summary>
    /// <returns>The content's SHA-256.</returns>
    public async Task<byte[]> CompleteAsync(CancellationToken cancellation)
    {
        await StoreAsync(cancellation);
        return _hash.GetHashAndReset();
    }

    /// <summary>From now on a row may name it; if none does, it is removed as an orphan.</summary>
    public void Keep() => _isKept = true;

    /// <summary>No row names it after all.</summary>
    public void Discard() => _isKept = false;

    public override async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        ArrayPool<byte>.Shared.Return(_block);
        _hash.Dispose();
        if (!_isKept && _stored > 0)
        {
            try
            {
                await blocks.DeleteAsync(tenant, id, CancellationToken.None);
            }
            catch (ObjectStoreUnavailableException)
            {
                // The sweep for orphans finds them.
            }
        }

        await base.DisposeAsync();
    }

    // What a JSON writer flushes is not worth a block of its own.
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async Task StoreAsync(CancellationToken cancellation)
    {
        await store.PutIfAbsentAsync(FileBlocks.Key(tenant, id, _stored), _block.AsMemory(0, _filled), "application/octet-stream", cancellation);
        _stored++;
        _filled = 0;
    }
}
