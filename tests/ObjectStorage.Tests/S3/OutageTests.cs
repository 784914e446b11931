using Limner.ObjectStorage.S3;
using Limner.TestServers;

namespace Limner.ObjectStorage.Tests.S3;

public sealed class OutageTests : IAsyncLifetime
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private TestS3? _server;
    private S3ObjectStore? _store;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TestS3 Server => _server!;

    private S3ObjectStore Store => _store!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestS3.StartOwnAsync();
        StorageOptions options = S3Server.Options(_server, S3Server.NewName());
        options.Timeout = TimeSpan.FromSeconds(10);
        options.Retries = 0;
        _store = new S3ObjectStore(options, TimeProvider.System);
    }

    [Fact]
    public async Task A_killed_server_is_unavailable_in_every_call_and_used_again_when_it_is_back()
    {
        Assert.True(await Store.PutIfAbsentAsync("a/0.png", new byte[] { 1, 2, 3 }, "image/png", Cancellation));
        await Server.KillAsync();

        foreach (Func<Task> call in new Func<Task>[]
        {
            () => Store.PutIfAbsentAsync("a/1.png", new byte[100_000], "image/png", Cancellation), () => Store.OpenAsync("a/0.png", Cancellation),
            () => Store.DeleteAsync("a/0.png", Cancellation), async () => await Store.ListAsync("", Cancellation).ToArrayAsync(Cancellation)
        })
        {
            ObjectStoreUnavailableException error = await Assert.ThrowsAsync<ObjectStoreUnavailableException>(call);
            Assert.Contains(Server.Endpoint.Authority, error.Message, StringComparison.Ordinal);
        }

        Assert.False(await Store.IsReachableAsync(Cancellation));

        await Server.StartAsync();
        while (!await Store.IsReachableAsync(Cancellation))
        {
            await Task.Delay(Pause, TimeProvider.System, Cancellation);
        }

        await using Stream? kept = await Store.OpenAsync("a/0.png", Cancellation);
        Assert.NotNull(kept);
        Assert.False(await Store.PutIfAbsentAsync("a/0.png", new byte[] { 9 }, "image/png", Cancellation));
        Assert.True(await Store.PutIfAbsentAsync("a/1.png", new byte[100_000], "image/png", Cancellation));
    }

    [Theory]
    [InlineData(503, "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>")]
    [InlineData(500, "<Error><Code>InternalError</Code></Error>")]
    [InlineData(403, "<Error><Code>InvalidAccessKeyId</Code></Error>")]
    [InlineData(404, "404 page not found")] // a proxy whose server is away
    public async Task An_answer_that_is_no_word_about_the_object_is_unavailable_in_every_call(int status, string body)
    {
        await using var server = new StubServer(status, body);
        StorageOptions options = S3Server.Options(Server, S3Server.NewName());
        options.Endpoint = server.Address;
        options.Retries = 0;
        using var store = new S3ObjectStore(options, TimeProvider.System);
        foreach (Func<Task> call in new Func<Task>[]
        {
            () => store.PutIfAbsentAsync("a/1.png", new byte[10], "image/png", Cancellation), () => store.OpenAsync("a/0.png", Cancellation),
            () => store.DeleteAsync("a/0.png", Cancellation), async () => await store.ListAsync("", Cancellation).ToArrayAsync(Cancellation)
        })
        {
            await Assert.ThrowsAsync<ObjectStoreUnavailableException>(call);
        }

        Assert.False(await store.IsReachableAsync(Cancellation));
    }

    [Fact]
    public async Task Of_puts_that_a_kill_interrupts_each_left_its_whole_object_or_none()
    {
        byte[] content = new byte[300_000];
        content.AsSpan().Fill(7);
        int done = 0;
        Task[] puts = [.. Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (int i = 0; ; i++)
            {
                await Store.PutIfAbsentAsync($"{writer}/{i}.png", content, "image/png", Cancellation);
                Interlocked.Increment(ref done);
            }
        }, Cancellation))];
        while (Volatile.Read(ref done) < 8)
        {
            await Task.Delay(Pause, TimeProvider.System, Cancellation);
        }

        await Server.KillAsync();
        foreach (Task put in puts)
        {
            await Assert.ThrowsAsync<ObjectStoreUnavailableException>(() => put);
        }

        await Server.StartAsync();
        StoredObject[] found = await Store.ListAsync("", Cancellation).ToArrayAsync(Cancellation);
        Assert.True(found.Length >= done, $"{done} puts were acknowledged, {found.Length} objects are there");
        Assert.All(found, one => Assert.Equal(content.Length, one.Bytes));
    }

    public async ValueTask DisposeAsync()
    {
        _store?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
