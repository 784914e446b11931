using System.Runtime.Versioning;
using Limner.Standalone.Commands;

namespace Limner.Standalone.Serving;

/// <summary>Where a server keeps everything, its own while it runs: neither a database file nor an in-memory queue can be shared by two.</summary>
internal sealed class DataFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly FileStream _lock;

    private DataFolder(string path, FileStream held) => (Path, _lock) = (path, held);

    public string Path { get; }

    /// <summary>Makes the folder if it is missing, and takes it.</summary>
    public static DataFolder Open(string? named) => TryOpen(named)
        ?? throw new CommandException(ExitCode.Output, $"The data folder '{PathOf(named)}' is in use by another 'limner serve'; stop that one or choose another folder with --data.");

    /// <summary>Null if another process has it.</summary>
    public static DataFolder? TryOpen(string? named)
    {
        string path = PathOf(named);
        try
        {
            // Other people's prompts and pictures; and a file name that is taken by a file is an error here and not later.
            bool isNew = !Directory.Exists(path) || !Directory.EnumerateFileSystemEntries(path).Any();
            _ = OperatingSystem.IsWindows() ? Directory.CreateDirectory(path) : Directory.CreateDirectory(path, OwnerOnly);
            if (isNew && !OperatingSystem.IsWindows())
            {
                Close(path);
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, problem);
        }

        string file = System.IO.Path.Combine(path, "lock");
        try
        {
            return new DataFolder(path, new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException problem) when (problem is not (DirectoryNotFoundException or FileNotFoundException) && File.Exists(file))
        {
            return null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, problem);
        }
    }

    public static string PathOf(string? named) => System.IO.Path.GetFullPath(named is { Length: > 0 } ? named : Default());

    // The file stays: who removed it could remove the next one's.
    public void Dispose() => _lock.Dispose();

    /// <summary>XDG_DATA_HOME or ~/.local/share, and what other systems have in their place.</summary>
    private static string Default() =>
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } home
            ? System.IO.Path.Combine(home, "limner")
            : throw new CommandException(ExitCode.Output, "There is no home folder to keep jobs and pictures in; name a folder with --data.");

    // One that somebody made for it, with whatever mode, as long as nothing is in it that others may need.
    [UnsupportedOSPlatform("windows")]
    private static void Close(string path)
    {
        try
        {
            File.SetUnixFileMode(path, OwnerOnly);
        }
        catch (UnauthorizedAccessException)
        {
            // A mounted folder of another owner: its mode is his.
        }
    }

    private static CommandException Unusable(string path, Exception problem) =>
        new(ExitCode.Output, $"The data folder '{path}' cannot be written; choose another with --data ({problem.Message})", problem);
}
