using System.Runtime.CompilerServices;

namespace Limner.ObjectStorage.Local;

/// <summary>Objects as files of a folder. An object is written beside the others, synced and then given its name, so a reader or a crash never meets half of one.</summary>
internal sealed class LocalObjectStore(string folder, TimeProvider clock) : IObjectStore
{
    private static readonly EnumerationOptions Below = new() { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.Hidden | FileAttributes.ReparsePoint };

    /// <summary>EEXIST, of a folder that is gone when .NET looks whether it is one.</summary>
    private const int AlreadyThere = 17;

    private readonly string _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
    private readonly IncomingFiles _incoming = new(Path.GetFullPath(folder), clock);

    public async Task<bool> PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellation)
    {
        string file = FileOf(key);
        try
        {
            RefuseNesting(key, file);
            if (File.Exists(file))
            {
                SyncUpToRoot(Path.GetDirectoryName(file)!);
                return false;
            }

            string incoming = await _incoming.WriteAsync(content, cancellation);
            try
            {
                return Place(incoming, file);
            }
            finally
            {
                File.Delete(incoming);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(error);
        }
    }

    public Task<Stream?> OpenAsync(string key, CancellationToken cancellation)
    {
        string file = FileOf(key);
        try
        {
            FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
            return Task.FromResult<Stream?>(stream);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Directory.Exists(file) ? Task.FromResult<Stream?>(null) : throw Unavailable(error);
        }
    }

    public Task DeleteAsync(string key, CancellationToken cancellation)
    {
        string file = FileOf(key);
        Guarded(() =>
        {
            try
            {
                if (File.Exists(file))
                {
                    File.Delete(file);
                    RemoveEmptyFolders(Path.GetDirectoryName(file)!);
                }
            }
            catch (DirectoryNotFoundException)
            {
                // Another delete took it and its folder.
            }

            return true;
        });
        return Task.CompletedTask;
    }

    public Task<Uri?> SignAsync(string key, TimeSpan timeToLive, CancellationToken cancellation)
    {
        ObjectKey.Check(key);
        return Task.FromResult<Uri?>(null);
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ObjectKey.CheckPrefix(prefix);
        string start = Path.Combine(_root, prefix[..(prefix.LastIndexOf('/') + 1)]);
        using IEnumerator<FileInfo> files = Guarded(() => FilesBelow(start));
        while (Guarded(files.MoveNext))
        {
            cancellation.ThrowIfCancellationRequested();
            FileInfo file = files.Current;
            string key = Path.GetRelativePath(_root, file.FullName).Replace(Path.DirectorySeparatorChar, '/');
            if (key.StartsWith(prefix, StringComparison.Ordinal) && ObjectKey.IsValid(key) && Guarded(() => Describe(key, file)) is { } found)
            {
                yield return found;
            }
        }

        await Task.CompletedTask;
    }

    public async Task<bool> IsReachableAsync(CancellationToken cancellation)
    {
        try
        {
            await _incoming.ProbeAsync(cancellation);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private string FileOf(string key)
    {
        ObjectKey.Check(key);
        return Path.Combine(_root, key);
    }

    // A bucket would take both; a folder cannot, and "taken" or "unavailable" would be a lie about it.
    private void RefuseNesting(string key, string file)
    {
        bool continues = false;
        for (string parent = Path.GetDirectoryName(file)!; parent.Length > _root.Length && !continues; parent = Path.GetDirectoryName(parent)!)
        {
            continues = File.Exists(parent);
        }

        if (continues || Directory.Exists(file))
        {
            throw new ArgumentException($"'{key}' continues the key of another object, or another's continues it; a folder holds one of the two.", nameof(key));
        }
    }

    private bool Place(string incoming, string file)
    {
        string parent = Path.GetDirectoryName(file)!;
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                Directory.CreateDirectory(parent);
                bool placed = PosixFiles.TryPlace(incoming, file);
                SyncUpToRoot(parent);
                return placed;
            }
            catch (Exception error) when (attempt < 100 && (error is DirectoryNotFoundException or FileNotFoundException or IOException { HResult: AlreadyThere }))
            {
                // A delete found a folder empty while those below it were made, or before they were used, or between that somebody else had made it and that it was looked at.
            }
        }
    }

    // Also after somebody else's object was found: it may be named and not yet durable.
    private void SyncUpToRoot(string parent)
    {
        for (string current = parent; current.Length >= _root.Length; current = Path.GetDirectoryName(current)!)
        {
            PosixFiles.SyncFolder(current);
        }
    }

    private void RemoveEmptyFolders(string parent)
    {
        try
        {
            for (string current = parent; current.Length > _root.Length; current = Path.GetDirectoryName(current)!)
            {
                Directory.Delete(current);
            }
        }
        catch (IOException)
        {
            // Not empty, or somebody else removed it: it stays, and so do those above it.
        }
    }

    // Not asked for before: a delete may take the folder in between.
    private static IEnumerator<FileInfo> FilesBelow(string start)
    {
        try
        {
            return new DirectoryInfo(start).EnumerateFiles("*", Below).GetEnumerator();
        }
        catch (DirectoryNotFoundException)
        {
            return Enumerable.Empty<FileInfo>().GetEnumerator();
        }
    }

    /// <summary>Null if it was removed since its folder was read.</summary>
    private static StoredObject? Describe(string key, FileInfo file) =>
        file.Exists ? new StoredObject(key, file.Length, new DateTimeOffset(file.LastWriteTimeUtc)) : null;

    private T Guarded<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(error);
        }
    }

    private ObjectStoreUnavailableException Unavailable(Exception error) => new($"The objects in {_root} cannot be read or written: {error.Message}", error);
}
