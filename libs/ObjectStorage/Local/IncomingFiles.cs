namespace Limner.ObjectStorage.Local;

/// <summary>Files that have content and no name yet: a folder beside the objects, on their file system.</summary>
internal sealed class IncomingFiles
{
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    private readonly string _folder;

    public IncomingFiles(string root, TimeProvider clock)
    {
        // A name that no key can have, and hidden, so that no listing enters it.
        _folder = Path.Combine(root, ".incoming");
        RemoveAbandoned(clock.GetUtcNow().UtcDateTime - Abandoned);
    }

    /// <summary>Writes a file and syncs it; returns its path.</summary>
    public async Task<string> WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        Directory.CreateDirectory(_folder);
        string file = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
        try
        {
            await using FileStream stream = new(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
            await stream.WriteAsync(content, cancellation);
            stream.Flush(flushToDisk: true);
            return file;
        }
        catch
        {
            File.Delete(file);
            throw;
        }
    }

    /// <summary>Does all that storing an object does, and leaves nothing.</summary>
    public async Task ProbeAsync(CancellationToken cancellation)
    {
        // A page of data: an empty file finds room on a full disk.
        string written = await WriteAsync(new byte[4096], cancellation), placed = written + ".placed";
        try
        {
            PosixFiles.TryPlace(written, placed);
            PosixFiles.SyncFolder(_folder);
        }
        finally
        {
            File.Delete(written);
            File.Delete(placed);
        }
    }

    // What a killed process left; a younger one may be another process at work.
    private void RemoveAbandoned(DateTime before)
    {
        try
        {
            foreach (FileInfo file in Directory.Exists(_folder) ? new DirectoryInfo(_folder).EnumerateFiles().Where(file => file.LastWriteTimeUtc < before) : [])
            {
                file.Delete();
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // They cost room, not correctness; the health check says what is wrong with the folder.
        }
    }
}
