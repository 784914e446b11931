namespace Limner.EndToEnd.Tests;

/// <summary>A file system of its own with little room. Needs root: without it the test fails rather than pass untested.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder _folder;

    public SmallDisk(TemporaryFolder folder, string name, string options)
    {
        _folder = folder;
        Path = folder.At(name);
        Directory.CreateDirectory(Path);
        LimnerProcess.Result mount = LimnerProcess.Bash(folder, $"mount -t tmpfs -o {options} limner-test '{Path}'");
        Assert.True(mount.Code == 0, $"A full disk cannot be tried here; run as root with the right to mount: {mount.Error}");
    }

    public string Path { get; }

    public void Dispose() => Assert.Equal(0, LimnerProcess.Bash(_folder, $"umount '{Path}'").Code);
}
