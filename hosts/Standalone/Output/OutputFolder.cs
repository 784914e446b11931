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
            string probe = Path.Combine(path, ".limner-probe.part");
            WriteDurably(probe, new byte[ProbeBytes]);
            File.Delete(probe);
        });
        return folder;
    }

    /// <summary>Writes one file and returns its path.</summary>
    public string Write(string name, byte[] bytes)
    {
        string target = Path.Combine(_path, name), part = Path.Combine(_path, $".{name}.part");
        Guarded(() =>
        {
            WriteDurably(part, bytes);
            File.Move(part, target, overwrite: true);
        });
        return target;
    }

    private static void WriteDurably(string path, byte[] bytes)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(path);
            throw;
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
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Output, $"The output folder '{_path}' cannot be written; choose another with --out ({problem.Message})", problem);
        }
    }
}
