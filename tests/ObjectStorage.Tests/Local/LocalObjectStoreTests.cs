using Limner.ObjectStorage.Local;

namespace Limner.ObjectStorage.Tests.Local;

public sealed class LocalObjectStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_has_no_addresses_to_sign() => Assert.Null(await Store().SignAsync("a/0.png", TimeSpan.FromMinutes(1), Cancellation));

    [Fact]
    public async Task An_object_lies_under_its_key_and_nothing_beside_it()
    {
        LocalObjectStore store = Store();
        await store.PutIfAbsentAsync("a/b/0.png", new byte[] { 1, 2 }, "image/png", Cancellation);
        await store.PutIfAbsentAsync("a/b/0.png", new byte[] { 3 }, "image/png", Cancellation);
        Assert.Equal([_folder.At("a/b/0.png")], Files());
        Assert.Equal([1, 2], await File.ReadAllBytesAsync(_folder.At("a/b/0.png"), Cancellation));
    }

    [Fact]
    public async Task Two_stores_on_one_folder_agree_who_was_first()
    {
        for (int i = 0; i < 50; i++)
        {
            string key = $"a/{i}.png";
            using Barrier together = new(2);
            bool[] stored = await Task.WhenAll(new[] { Store(), Store() }.Select(store => Task.Factory.StartNew(() =>
            {
                together.SignalAndWait(Cancellation);
                return store.PutIfAbsentAsync(key, new byte[10], "image/png", Cancellation);
            }, Cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));
            Assert.Single(stored, true);
        }
    }

    [Fact]
    public async Task A_deleted_object_leaves_no_folder_behind()
    {
        LocalObjectStore store = Store();
        await store.PutIfAbsentAsync("a/b/0.png", new byte[1], "image/png", Cancellation);
        await store.PutIfAbsentAsync("a/1.png", new byte[1], "image/png", Cancellation);
        await store.DeleteAsync("a/b/0.png", Cancellation);
        Assert.False(Directory.Exists(_folder.At("a/b")));
        Assert.True(File.Exists(_folder.At("a/1.png")));
    }

    [Fact]
    public async Task Folders_removed_at_any_moment_hinder_neither_putting_nor_deleting()
    {
        LocalObjectStore store = Store();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            for (int i = 0; i < 500; i++)
            {
                await store.PutIfAbsentAsync($"a/b/c/d/e/{worker / 2}.png", new byte[1], "image/png", Cancellation);
                await store.DeleteAsync($"a/b/c/d/e/{worker / 2}.png", Cancellation);
            }
        }, Cancellation)));
        Assert.Empty(Files());
    }

    [Theory]
    [InlineData("a/0.png", "a/0.png/1")]
    [InlineData("a/0.png/1", "a/0.png")]
    public async Task A_key_that_continues_another_is_refused_in_words(string first, string second)
    {
        LocalObjectStore store = Store();
        await store.PutIfAbsentAsync(first, new byte[1], "image/png", Cancellation);
        ArgumentException refusal = await Assert.ThrowsAsync<ArgumentException>(() => store.PutIfAbsentAsync(second, new byte[1], "image/png", Cancellation));
        Assert.StartsWith($"'{second}' continues the key of another object", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_is_no_object()
    {
        LocalObjectStore store = Store();
        await store.PutIfAbsentAsync("a/b/0.png", new byte[1], "image/png", Cancellation);
        Assert.Null(await store.OpenAsync("a/b", Cancellation));
        await store.DeleteAsync("a/b", Cancellation);
        Assert.NotEmpty(Files());
    }

    [Fact]
    public async Task What_a_killed_process_left_is_removed_at_the_next_start_and_younger_files_are_not()
    {
        Directory.CreateDirectory(_folder.At(".incoming"));
        await File.WriteAllBytesAsync(_folder.At(".incoming/old"), new byte[10], Cancellation);
        await File.WriteAllBytesAsync(_folder.At(".incoming/new"), new byte[10], Cancellation);
        File.SetLastWriteTimeUtc(_folder.At(".incoming/old"), TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-2));
        Store();
        Assert.Equal([_folder.At(".incoming/new")], Files());
    }

    [Fact]
    public async Task Files_that_are_no_objects_are_not_listed()
    {
        await File.WriteAllTextAsync(_folder.At("a file"), "", Cancellation);
        await File.WriteAllTextAsync(_folder.At(".hidden"), "", Cancellation);
        Assert.Empty(await Store().ListAsync("", Cancellation).ToArrayAsync(Cancellation));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_is_unavailable_and_says_why()
    {
        await File.WriteAllTextAsync(_folder.At("file"), "", Cancellation);
        LocalObjectStore store = new(_folder.At("file/objects"), TimeProvider.System);
        ObjectStoreUnavailableException error = await Assert.ThrowsAsync<ObjectStoreUnavailableException>(() => store.PutIfAbsentAsync("a/0.png", new byte[1], "image/png", Cancellation));
        Assert.StartsWith($"The objects in {_folder.At("file/objects")} cannot be read or written: ", error.Message, StringComparison.Ordinal);
        Assert.False(await store.IsReachableAsync(Cancellation));
    }

    public void Dispose() => _folder.Dispose();

    private LocalObjectStore Store() => new(_folder.Path, TimeProvider.System);

    private string[] Files() => Directory.GetFiles(_folder.Path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 });
}
