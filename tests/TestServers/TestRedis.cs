using Testcontainers.Redis;

namespace Limner.TestServers;

/// <summary>Redis. Tests that share it take a key prefix each.</summary>
public sealed class TestRedis : TestServer
{
    private const string Variable = "LIMNER_TEST_REDIS";
    private const string Image = "redis:7.4";
    private static readonly Lazy<Task<TestRedis>> Shared = new(StartSharedAsync);

    private TestRedis(IServerControl control, string connection)
        : base(control) => Connection = connection;

    /// <summary>Host and port, as StackExchange.Redis reads them.</summary>
    public string Connection { get; }

    /// <summary>The one that all tests of this process share.</summary>
    public static Task<TestRedis> SharedAsync() => Shared.Value;

    /// <summary>One of the caller's own, to stop and kill.</summary>
    public static async Task<TestRedis> StartOwnAsync()
    {
        int[] ports = FreePorts.Take(1);
        IServerControl control = await RunAsync("redis", Image, ports, () => new RedisBuilder(Image).WithPortBinding(ports[0], RedisBuilder.RedisPort).Build());
        return new TestRedis(control, $"127.0.0.1:{ports[0]}");
    }

    private static async Task<TestRedis> StartSharedAsync() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? new TestRedis(new GivenServer(Variable), given) : await StartOwnAsync();
}
