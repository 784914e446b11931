using System.Security.Cryptography;

namespace Limner.ObjectStorage.Tests;

/// <summary>What every store promises. Each class below runs all of it against one real store; every test has a part of the keys to itself.</summary>
public abstract class ObjectStoreContract
{
    private readonly string _folder = $"tenant/{Guid.NewGuid():N}";

    private protected abstract IObjectStore Store { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_put_is_read_back()
    {
        byte[] picture = RandomNumberGenerator.GetBytes(1_500_000);
        Assert.True(await Store.PutIfAbsentAsync(Key("0.png"), picture, "image/png", Cancellation));
        Assert.Equal(picture, await ReadAsync("0.png"));
    }

    [Fact]
    public async Task A_part_of_an_array_is_stored_and_not_the_rest_of_it()
    {
        byte[] buffer = [9, 9, 1, 2, 3, 9];
        Assert.True(await Store.PutIfAbsentAsync(Key("0.png"), buffer.AsMemory(2, 3), "image/png", Cancellation));
        Assert.Equal([1, 2, 3], await ReadAsync("0.png"));
    }

    [Fact]
    public async Task An_empty_object_is_an_object()
    {
        Assert.True(await Store.PutIfAbsentAsync(Key("empty"), default, "text/plain", Cancellation));
        Assert.Empty(Assert.IsType<byte[]>(await ReadAsync("empty")));
    }

    [Fact]
    public async Task A_taken_key_keeps_its_first_object()
    {
        Assert.True(await Store.PutIfAbsentAsync(Key("0.png"), new byte[] { 1 }, "image/png", Cancellation));
        Assert.False(await Store.PutIfAbsentAsync(Key("0.png"), new byte[] { 2, 2 }, "image/png", Cancellation));
        Assert.Equal([1], await ReadAsync("0.png"));
    }

    [Fact]
    public async Task Of_many_putting_at_once_one_wins_and_its_bytes_stay()
    {
        for (int round = 0; round < 5; round++)
        {
            string name = $"race-{round}.png";
            using Barrier together = new(8);
            bool[] stored = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Factory.StartNew(() =>
            {
                byte[] content = [.. Enumerable.Repeat((byte)writer, 100_000)];
                together.SignalAndWait(Cancellation);
                return Store.PutIfAbsentAsync(Key(name), content, "image/png", Cancellation);
            }, Cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));

            int winner = Array.IndexOf(stored, true);
            Assert.Single(stored, true);
            Assert.Equal(Enumerable.Repeat((byte)winner, 100_000), (await ReadAsync(name))!);
        }
    }

    [Fact]
    public async Task A_reader_meets_nothing_or_the_whole_object()
    {
        byte[] picture = RandomNumberGenerator.GetBytes(2_000_000);
        Task<bool> put = Task.Run(() => Store.PutIfAbsentAsync(Key("0.png"), picture, "image/png", Cancellation), Cancellation);
        do
        {
            Assert.True(await ReadAsync("0.png") is not { } found || found.AsSpan().SequenceEqual(picture), "a part of the object was read");
        }
        while (!put.IsCompleted);
        Assert.True(await put);
    }

    [Fact]
    public async Task What_is_not_there_is_null_and_deleting_it_is_nothing()
    {
        Assert.Null(await ReadAsync("none.png"));
        await Store.DeleteAsync(Key("none.png"), Cancellation);
        await Store.DeleteAsync("no-such-tenant/none.png", Cancellation);
    }

    [Fact]
    public async Task A_deleted_key_is_free_again()
    {
        Assert.True(await Store.PutIfAbsentAsync(Key("0.png"), new byte[] { 1 }, "image/png", Cancellation));
        await Store.DeleteAsync(Key("0.png"), Cancellation);
        Assert.Null(await ReadAsync("0.png"));
        Assert.True(await Store.PutIfAbsentAsync(Key("0.png"), new byte[] { 2 }, "image/png", Cancellation));
        Assert.Equal([2], await ReadAsync("0.png"));
    }

    [Fact]
    public async Task Deleting_neighbours_never_hinders_putting()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            for (int i = 0; i < 10; i++)
            {
                Assert.True(await Store.PutIfAbsentAsync(Key($"{worker}.png"), new byte[] { 1 }, "image/png", Cancellation));
                await Store.DeleteAsync(Key($"{worker}.png"), Cancellation);
            }
        }, Cancellation)));
        Assert.Empty(await KeysAsync(_folder + "/"));
    }

    [Fact]
    public async Task An_object_being_read_outlives_its_deletion()
    {
        byte[] picture = RandomNumberGenerator.GetBytes(50_000);
        await Store.PutIfAbsentAsync(Key("0.png"), picture, "image/png", Cancellation);
        await using Stream? reading = await Store.OpenAsync(Key("0.png"), Cancellation);
        await Store.DeleteAsync(Key("0.png"), Cancellation);
        using MemoryStream copy = new();
        await reading!.CopyToAsync(copy, Cancellation);
        Assert.Equal(picture, copy.ToArray());
    }

    [Fact]
    public async Task A_listing_has_exactly_the_keys_with_the_prefix()
    {
        foreach (string name in new[] { "a/0.png", "a/1.png", "ab/0.png", "b.png" })
        {
            await Store.PutIfAbsentAsync(Key(name), new byte[name.Length], "image/png", Cancellation);
        }

        Assert.Equal([Key("a/0.png"), Key("a/1.png")], await KeysAsync(Key("a/")));
        Assert.Equal([Key("a/0.png"), Key("a/1.png"), Key("ab/0.png")], await KeysAsync(Key("a")));
        Assert.Equal([Key("b.png")], await KeysAsync(Key("b.png")));
        Assert.Empty(await KeysAsync(Key("c")));
        Assert.Contains(Key("b.png"), await KeysAsync(""));
    }

    [Fact]
    public async Task A_listing_tells_length_and_time()
    {
        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        await Store.PutIfAbsentAsync(Key("0.png"), new byte[1234], "image/png", Cancellation);
        StoredObject found = Assert.Single(await ListAsync(_folder));
        Assert.Equal(1234, found.Bytes);
        Assert.InRange(found.Modified, before.AddSeconds(-5), TimeProvider.System.GetUtcNow().AddSeconds(5));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../secret")]
    [InlineData("tenant/../../secret")]
    [InlineData("tenant/./0.png")]
    [InlineData("/etc/passwd")]
    [InlineData("tenant//0.png")]
    [InlineData("tenant/")]
    [InlineData("tenant/.incoming")]
    [InlineData("tenant\\0.png")]
    [InlineData("tenant/0\0.png")]
    [InlineData("tenant/ü.png")]
    [InlineData("tenant/0.png?versionId=1")]
    public async Task A_key_of_another_form_is_refused_by_every_call(string key)
    {
        foreach (Func<Task> call in new Func<Task>[]
        {
            () => Store.PutIfAbsentAsync(key, new byte[1], "image/png", Cancellation), () => Store.OpenAsync(key, Cancellation),
            () => Store.DeleteAsync(key, Cancellation), () => Store.SignAsync(key, TimeSpan.FromMinutes(1), Cancellation)
        })
        {
            Assert.Contains("A key is names joined by '/'", (await Assert.ThrowsAsync<ArgumentException>(call)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("..")]
    [InlineData("tenant/../..")]
    [InlineData("/")]
    public async Task A_prefix_leads_nowhere_else(string prefix) => await Assert.ThrowsAsync<ArgumentException>(() => ListAsync(prefix));

    [Fact]
    public async Task The_longest_key_is_stored_and_a_longer_one_refused()
    {
        string stem = $"{_folder}/{new string('a', 200)}/";
        string longest = stem + new string('b', 200) + "/" + new string('c', 512 - stem.Length - 201);
        Assert.True(await Store.PutIfAbsentAsync(longest, new byte[1], "image/png", Cancellation));
        Assert.Equal([longest], await KeysAsync(longest));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.PutIfAbsentAsync(longest + "c", new byte[1], "image/png", Cancellation));
    }

    [Fact]
    public async Task It_is_reachable() => Assert.True(await Store.IsReachableAsync(Cancellation));

    [Fact]
    public async Task Looking_after_it_leaves_no_objects()
    {
        await Store.IsReachableAsync(Cancellation);
        Assert.DoesNotContain(await KeysAsync(""), key => !key.StartsWith("tenant/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cancelled_call_is_cancelled_and_not_called_unavailable()
    {
        CancellationToken cancelled = new(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.PutIfAbsentAsync(Key("0.png"), new byte[100_000], "image/png", cancelled));
        Assert.Null(await ReadAsync("0.png"));
    }

    private string Key(string name) => $"{_folder}/{name}";

    private async Task<byte[]?> ReadAsync(string name)
    {
        await using Stream? stream = await Store.OpenAsync(Key(name), Cancellation);
        if (stream is null)
        {
            return null;
        }

        using MemoryStream copy = new();
        await stream.CopyToAsync(copy, Cancellation);
        return copy.ToArray();
    }

    private async Task<List<StoredObject>> ListAsync(string prefix)
    {
        List<StoredObject> found = [];
        await foreach (StoredObject one in Store.ListAsync(prefix, Cancellation))
        {
            found.Add(one);
        }

        return found;
    }

    private async Task<string[]> KeysAsync(string prefix) => [.. (await ListAsync(prefix)).Select(found => found.Key).Order(StringComparer.Ordinal)];
}
