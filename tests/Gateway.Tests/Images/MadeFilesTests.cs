using Limner.Gateway.Images;

namespace Limner.Gateway.Tests.Images;

public sealed class MadeFilesTests
{
    [Fact]
    public async Task What_many_ask_for_at_once_is_made_once_and_nothing_is_not_kept()
    {
        using var files = new MadeFiles();
        int made = 0;
        Task<byte[]?> MakeAsync() => files.MakeAsync("a", async () =>
        {
            await Task.Yield();
            return [(byte)Interlocked.Increment(ref made)];
        }, TestContext.Current.CancellationToken);

        byte[]?[] all = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => MakeAsync()));
        // As many are made at once as may be, and whoever waited for his turn finds it.
        Assert.InRange(made, 1, Environment.ProcessorCount);
        Assert.All(all, Assert.NotNull);
        int before = made;
        await MakeAsync();
        Assert.Equal(before, made);

        Assert.Null(await files.MakeAsync("b", () => Task.FromResult<byte[]?>(null), TestContext.Current.CancellationToken));
        Assert.Equal([7], await files.MakeAsync("b", () => Task.FromResult<byte[]?>([7]), TestContext.Current.CancellationToken));
    }
}
