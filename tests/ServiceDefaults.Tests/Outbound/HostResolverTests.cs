using System.Net;
using Limner.ServiceDefaults.Outbound;

namespace Limner.ServiceDefaults.Tests.Outbound;

public sealed class HostResolverTests
{
    [Fact]
    public async Task Names_that_nobody_answers_for_hold_up_no_more_than_lookups_and_keep_their_turns_until_they_have_ended()
    {
        using var answer = new ManualResetEventSlim();
        int asking = 0, onPool = 0;
        using var resolver = new HostResolver(_ =>
        {
            Interlocked.Increment(ref asking);
            Interlocked.Add(ref onPool, Thread.CurrentThread.IsThreadPoolThread ? 1 : 0);
            answer.Wait(TestContext.Current.CancellationToken);
            return [IPAddress.Loopback];
        });
        using var impatient = new CancellationTokenSource();
        Task<IPAddress[]>[] all = [.. Enumerable.Range(0, HostResolver.MostAtOnce + 10).Select(i => resolver.FindAsync($"{i}.example", impatient.Token))];
        await Eventually.TrueAsync(() => Volatile.Read(ref asking) == HostResolver.MostAtOnce, "as many lookups as may be at once");

        await impatient.CancelAsync();
        foreach (Task<IPAddress[]> one in all)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        }

        using var another = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => resolver.FindAsync("late.example", another.Token));
        Assert.Equal((HostResolver.MostAtOnce, 0), (Volatile.Read(ref asking), Volatile.Read(ref onPool)));

        answer.Set();
        Assert.Equal([IPAddress.Loopback], await resolver.FindAsync("late.example", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_name_that_is_not_there_says_so_as_the_system_does()
    {
        using var resolver = new HostResolver(Dns.GetHostAddresses);
        await Assert.ThrowsAnyAsync<System.Net.Sockets.SocketException>(() => resolver.FindAsync("nobody.invalid", TestContext.Current.CancellationToken));
    }
}
