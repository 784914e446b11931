using Limner.Standalone.Commands;

namespace Limner.Standalone.Output;

/// <summary>
/// A folder in which files appear complete or not at all: written under another name, flushed to the disk, renamed.
/// A run that was killed leaves at most a hidden <c>.part</c> file, which the next run for the same name replaces.
/// </summary>
internal sealed class OutputFolder
{
    private const int ProbeBytes = 64 * 1024;

    // Linux: ENOSPC and EDQUOT, which .NET hands on as they are.
    private static readonly int[] FullErrors = [28, 122];

    private readonly string _path;

    private OutputFolder(string path) => _path = path;

    /// <summary>Makes the folder if it is missing and writes and removes a probe, so that an unusable one is found before the work and not after it.</summary>
    public static OutputFolder Open(string path)
    {
        var folder = new OutputFolder(path);
        folder.Guarded(() =>
        {
            Directory.CreateDirectory(path);
            // A name of this process alone: several may begin in one folder at once.
            WriteDurably(Path.Combine(path, $".limner-probe-{Environment.ProcessId}.part"), probe => probe.Write(new byte[ProbeBytes]), probe => File.Delete(probe.Name));
        });
        return folder;
    }

    /// <summary>
    /// Writes one file and returns its path. Names say the seed and not the prompt, so another request's file may have this one: that file stays, and this one
    /// gets the next free name, <c>seed7-1_2.png</c>.
    /// </summary>
    public string Write(string name, byte[] bytes) => Write(name, part => part.Write(bytes));

    /// <inheritdoc cref="Write(string, byte[])"/>
    /// <param name="name">Its name.</param>
    /// <param name="fill">Writes what is to be in it.</param>
    public string Write(string name, Action<FileStream> fill)
    {
        string target = "";
        Guarded(() => WriteDurably(Path.Combine(_path, $".{name}.part"), fill, part => target = Place(part, name)));
        return target;
    }

    private string Place(FileStream part, string name)
    {
        for (int copy = 1; ; copy++)
        {
            string target = Path.Combine(_path, copy == 1 ? name : $"{Path.GetFileNameWithoutExtension(name)}_{copy}{Path.GetExtension(name)}");
            try
            {
                File.Move(part.Name, target, overwrite: false);
                return target;
            }
            catch (IOException) when (File.Exists(target))
            {
                if (Holds(target, part))
                {
                    File.Delete(part.Name);
                    return target;
                }
            }
        }
    }

    private static bool Holds(string path, FileStream part)
    {
        using FileStream there = File.OpenRead(path);
        if (there.Length != part.Length)
        {
            return false;
        }

        byte[] one = new byte[ProbeBytes], other = new byte[ProbeBytes];
        part.Position = 0;
        for (int read; (read = there.ReadAtLeast(one, one.Length, throwOnEndOfStream: false)) > 0;)
        {
            part.ReadExactly(other, 0, read);
            if (!one.AsSpan(0, read).SequenceEqual(other.AsSpan(0, read)))
            {
                return false;
            }
        }

        return true;
    }

    private static void WriteDurably(string part, Action<FileStream> fill, Action<FileStream> finish)
    {
        // Opening is outside the try: a part that another process is writing is not ours to delete.
        using (var stream = new FileStream(part, FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 0))
        {
            try
            {
                fill(stream);
                stream.Flush(flushToDisk: true);
                finish(stream);
            }
            catch
            {
                File.Delete(part);
                throw;
            }
        }
    }

    private void Guarded(Action action)
    {
        try
        {
            action();
        }
        catch (IOException problem) when (FullErrors.Contains(problem.HResult))
        {
            throw new CommandException(ExitCode.Output, $"The output folder '{_path}' is full; free some space or choose another with --out.", problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException(ExitCode.Output, $"The output folder '{_path}' cannot be written; choose another with --out ({problem.Message})", problem);
        }
    }
}
