using Limner.ObjectStorage;

namespace Limner.Gateway.Files;

/// <summary>A file's blocks as one stream; each is opened when it is reached.</summary>
internal sealed class BlockStream(IObjectStore store, StoredFile file, long offset) : ForwardStream
{
    private Stream? _block;
    private long _position = offset;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_position < file.Bytes)
        {
            _block ??= await OpenAsync(cancellationToken);
            int read = await _block.ReadAsync(buffer, cancellationToken);
            if (read > 0)
            {
                _position += read;
                return read;
            }

            if (_position % FileBlocks.Length != 0)
            {
                throw Missing();
            }

            await _block.DisposeAsync();
            _block = null;
        }

        return 0;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_block is not null)
        {
            await _block.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    private async Task<Stream> OpenAsync(CancellationToken cancellation)
    {
        Stream block = await store.OpenAsync(FileBlocks.Key(file.Tenant, file.Id, (int)(_position / FileBlocks.Length)), cancellation) ?? throw Missing();
        if (block.CanSeek)
        {
            block.Position = _position % FileBlocks.Length;
            return block;
        }

        byte[] skipped = new byte[64 * 1024];
        for (long left = _position % FileBlocks.Length; left > 0;)
        {
            int read = await block.ReadAsync(skipped.AsMemory(0, (int)Math.Min(left, skipped.Length)), cancellation);
            left -= read > 0 ? read : throw Missing();
        }

        return block;
    }

    private FileContentException Missing() => new($"The object store has lost a part of {FileId.Format(file.Id)}.");
}
