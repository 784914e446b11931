using System.Data.Common;
using System.Net.Sockets;
using Limner.ServiceDefaults.Messaging;

namespace Limner.ServiceDefaults.Tests.Messaging;

public sealed class TransientFaultTests
{
    [Fact]
    public void A_server_that_is_away_is_transient_however_deep_it_is_wrapped()
    {
        Assert.True(IsTransient(new SocketException()));
        Assert.True(IsTransient(new InvalidOperationException("retry", new InvalidOperationException("save", new Database(transient: true)))));
    }

    [Fact]
    public void A_broken_query_and_a_bug_are_not()
    {
        Assert.False(IsTransient(new Database(transient: false)));
        Assert.False(IsTransient(new FormatException()));
    }

    [Fact]
    public void A_service_adds_its_own()
    {
        Assert.False(IsTransient(new IOException()));
        Assert.True(TransientFault.Is(new InvalidOperationException("outer", new IOException()), [new TransientFault(exception => exception is IOException)]));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 3)]
    [InlineData(600, 124)]
    public void Retries_double_to_five_seconds_and_end_with_the_time_they_have(int seconds, int retries)
    {
        TimeSpan[] intervals = [.. TransientRetry.Intervals(TimeSpan.FromSeconds(seconds))];
        Assert.Equal(retries, intervals.Length);
        Assert.True(intervals.Aggregate(TimeSpan.Zero, (sum, each) => sum + each) <= TimeSpan.FromSeconds(seconds));
        Assert.All(intervals, each => Assert.InRange(each.TotalSeconds, 0.1, 5));
    }

    private static bool IsTransient(Exception exception) => TransientFault.Is(exception, []);

    private sealed class Database(bool transient) : DbException
    {
        public override bool IsTransient => transient;
    }
}
