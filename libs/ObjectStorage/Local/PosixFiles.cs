using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Limner.ObjectStorage.Local;

/// <summary>
/// What .NET leaves out. File.Move without overwriting asks whether the target exists and then renames, so of two movers both can win; link(2) refuses atomically.
/// And a new name is durable only when its folder is synced, which .NET cannot open.
/// </summary>
internal static partial class PosixFiles
{
    private const int FileExists = 17;
    private const int NoSuchFile = 2;

    /// <summary>Gives a finished file its name; false if the name is taken.</summary>
    public static bool TryPlace(string source, string target)
    {
        if (OperatingSystem.IsWindows())
        {
            return TryMove(source, target);
        }

        if (Link(source, target) == 0)
        {
            File.Delete(source);
            return true;
        }

        int error = Marshal.GetLastPInvokeError();
        return error switch
        {
            FileExists => false,
            NoSuchFile => throw new DirectoryNotFoundException($"The folder of {target} was removed."),
            _ => throw new IOException($"{target} could not be put in place ({Marshal.GetPInvokeErrorMessage(error)}); the folder has to be on a file system with hard links.")
        };
    }

    /// <summary>Makes the names in a folder durable; one that is gone has none.</summary>
    public static void SyncFolder(string folder)
    {
        // NTFS journals names itself.
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using SafeFileHandle handle = new(Open(folder, flags: 0), ownsHandle: true);
        if ((handle.IsInvalid || Sync(handle) != 0) && Marshal.GetLastPInvokeError() is var error and not NoSuchFile)
        {
            throw new IOException($"{folder} could not be synced ({Marshal.GetPInvokeErrorMessage(error)}).");
        }
    }

    private static bool TryMove(string source, string target)
    {
        try
        {
            File.Move(source, target, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(target))
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string source, string target);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle handle);
}
