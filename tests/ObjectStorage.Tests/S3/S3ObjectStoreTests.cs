using Limner.ObjectStorage.S3;

namespace Limner.ObjectStorage.Tests.S3;

public sealed class S3ObjectStoreTests(S3Server server) : IClassFixture<S3Server>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_missing_bucket_holds_nothing_and_is_made_when_something_is_put()
    {
        using S3ObjectStore store = New();
        Assert.Null(await store.OpenAsync("a/0.png", Cancellation));
        Assert.Empty(await store.ListAsync("", Cancellation).ToArrayAsync(Cancellation));
        await store.DeleteAsync("a/0.png", Cancellation);
        Assert.True(await store.PutIfAbsentAsync("a/0.png", new byte[] { 1 }, "image/png", Cancellation));
        Assert.Single(await store.ListAsync("", Cancellation).ToArrayAsync(Cancellation));
    }

    [Fact]
    public async Task Many_that_miss_the_bucket_at_once_all_get_it()
    {
        StorageOptions options = server.Options(S3Server.NewName());
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async i =>
        {
            using S3ObjectStore store = new(options, TimeProvider.System);
            Assert.True(await store.PutIfAbsentAsync($"a/{i}.png", new byte[] { 1 }, "image/png", Cancellation));
        }));
    }

    [Fact]
    public async Task A_bucket_that_is_not_ours_to_make_is_unavailable()
    {
        StorageOptions options = server.Options(S3Server.NewName());
        options.CreateBucket = false;
        using S3ObjectStore store = new(options, TimeProvider.System);
        ObjectStoreUnavailableException error = await Assert.ThrowsAsync<ObjectStoreUnavailableException>(() => store.PutIfAbsentAsync("a/0.png", new byte[1], "image/png", Cancellation));
        Assert.Equal($"Bucket {options.Bucket} at {options.Endpoint} could not store a/0.png (NoSuchBucket).", error.Message);
        Assert.False(await store.IsReachableAsync(Cancellation));
    }

    [Fact]
    public async Task Wrong_credentials_say_where_to_look_and_not_what_they_are()
    {
        StorageOptions options = server.Options(S3Server.OneForAll);
        options.SecretKey = "not-the-secret-of-anything";
        using S3ObjectStore store = new(options, TimeProvider.System);
        ObjectStoreUnavailableException error = await Assert.ThrowsAsync<ObjectStoreUnavailableException>(() => store.PutIfAbsentAsync("a/0.png", new byte[1], "image/png", Cancellation));
        Assert.Contains("check Storage:AccessKey, Storage:SecretKey", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(options.SecretKey, error.ToString(), StringComparison.Ordinal);
        Assert.False(await store.IsReachableAsync(Cancellation));
    }

    [Fact]
    public async Task A_server_that_vanishes_in_the_middle_of_an_object_is_unavailable()
    {
        StorageOptions options = server.Options(S3Server.OneForAll);
        await using var relay = new Relay(new Uri(options.Endpoint));
        (options.Endpoint, options.Timeout) = (relay.Address.GetLeftPart(UriPartial.Authority), TimeSpan.FromSeconds(2));
        using S3ObjectStore store = new(options, TimeProvider.System);
        string key = $"tenant/{Guid.NewGuid():N}/0.png";
        await store.PutIfAbsentAsync(key, new byte[3_000_000], "image/png", Cancellation);

        Assert.Equal(3_000_000, (await store.ReadAsync(key, 4_000_000, Cancellation))!.Length);
        relay.MostBytes = 1_000_000;
        ObjectStoreUnavailableException error = await Assert.ThrowsAsync<ObjectStoreUnavailableException>(() => store.ReadAsync(key, 4_000_000, Cancellation).WaitAsync(TimeSpan.FromMinutes(1), Cancellation));
        Assert.Equal($"Bucket {options.Bucket} at {options.Endpoint} could not send the rest of {key} (no answer in 2 s).", error.Message);
    }

    [Fact]
    public async Task A_listing_goes_on_after_the_first_page()
    {
        using S3ObjectStore store = New();
        await Parallel.ForAsync(0, 1005, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancellation },
            async (i, cancellation) => await store.PutIfAbsentAsync($"a/{i}.png", new byte[] { 1 }, "image/png", cancellation));
        Assert.Equal(1005, await store.ListAsync("a/", Cancellation).Select(found => found.Key).Distinct().CountAsync(Cancellation));
    }

    [Fact]
    public async Task Objects_with_keys_that_are_not_ours_are_not_listed()
    {
        using S3ObjectStore store = New();
        await store.IsReachableAsync(Cancellation);
        Assert.Empty(await store.ListAsync("", Cancellation).ToArrayAsync(Cancellation));
    }

    private S3ObjectStore New() => new(server.Options(S3Server.NewName()), TimeProvider.System);
}
