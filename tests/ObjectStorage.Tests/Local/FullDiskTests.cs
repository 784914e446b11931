using System.Diagnostics;
using Limner.ObjectStorage.Local;

namespace Limner.ObjectStorage.Tests.Local;

/// <summary>A file system of one megabyte. Needs root: without it the tests fail rather than pass untested.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LocalObjectStore _store;

    public FullDiskTests()
    {
        Directory.CreateDirectory(_folder.At("disk"));
        Run("mount", "-t", "tmpfs", "-o", "size=1m,nr_inodes=64", "limner-test", _folder.At("disk"));
        _store = new LocalObjectStore(_folder.At("disk"), TimeProvider.System);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_is_unavailable_and_leaves_nothing_of_the_object()
    {
        ObjectStoreUnavailableException error = await Assert.ThrowsAsync<ObjectStoreUnavailableException>(() => PutAsync("a/big.png", 2_000_000));
        Assert.Contains("No space left on device", error.Message, StringComparison.Ordinal);
        Assert.Null(await _store.OpenAsync("a/big.png", Cancellation));
        Assert.Empty(await _store.ListAsync("", Cancellation).ToArrayAsync(Cancellation));
        Assert.True(await PutAsync("a/small.png", 900_000), "the failed attempt still takes room");
    }

    [Fact]
    public async Task A_full_disk_is_not_ready_and_recovers_by_itself_when_room_is_made()
    {
        await FillAsync();
        Assert.False(await _store.IsReachableAsync(Cancellation));
        await _store.DeleteAsync("fill/0", Cancellation);
        Assert.True(await _store.IsReachableAsync(Cancellation));
        Assert.True(await PutAsync("a/0.png", 20_000));
    }

    [Fact]
    public async Task What_was_stored_before_is_still_whole()
    {
        await PutAsync("a/0.png", 100_000);
        await FillAsync();
        await using Stream? stream = await _store.OpenAsync("a/0.png", Cancellation);
        Assert.Equal(100_000, stream!.Length);
    }

    public void Dispose()
    {
        Run("umount", _folder.At("disk"));
        _folder.Dispose();
    }

    private Task<bool> PutAsync(string key, int bytes) => _store.PutIfAbsentAsync(key, new byte[bytes], "image/png", Cancellation);

    private async Task FillAsync()
    {
        for (int i = 0; i < 60; i++)
        {
            try
            {
                await PutAsync($"fill/{i}", 50_000);
            }
            catch (ObjectStoreUnavailableException)
            {
                // The last pages, which are too few for another object but enough for the health check's.
                await File.WriteAllBytesAsync(_folder.At("disk/rest"), new byte[1_000_000], Cancellation).ContinueWith(_ => { }, Cancellation, TaskContinuationOptions.None, TaskScheduler.Default);
                return;
            }
        }

        Assert.Fail("The disk did not fill.");
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string errors = process.StandardError.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(30)), $"{program} did not end");
        Assert.True(process.ExitCode == 0, $"A full disk cannot be tried here; run as root with the right to mount: {errors}");
    }
}
