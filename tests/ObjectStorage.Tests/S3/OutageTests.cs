using Limner.ObjectStorage.S3;
using Limner.TestServers;

namespace Limner.ObjectStorage.Tests.S3;

public sealed class OutageTests(OwnS3Server own) : IClassFixture<OwnS3Server>, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly S3ObjectStore _store = new(Options(own.Server), TimeProvider.System);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TestS3 Server => own.Server;

    private S3ObjectStore Store => _store;

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

    public void Dispose() => _store.Dispose();

    private static StorageOptions Options(TestS3 server)
    {
        StorageOptions options = S3Server.Options(server, S3Server.NewName());
        options.Timeout = TimeSpan.FromSeconds(10);
        options.Retries = 0;
        return options;
    }
}
