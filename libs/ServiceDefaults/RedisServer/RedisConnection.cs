using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Limner.ServiceDefaults.RedisServer;

/// <summary>
/// The one connection of this process. It connects again by itself for ever; meanwhile every call gives its answer for a missing Redis at once,
/// or, where Redis hangs, after the time limit. Nothing is queued for later: what is held there is worth something now or never.
/// </summary>
internal sealed partial class RedisConnection : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly ConfigurationOptions _configuration;
    private readonly string _prefix;
    private readonly TimeSpan _limit;
    private readonly TimeProvider _clock;
    private readonly ILogger<RedisConnection> _logger;
    private Task<ConnectionMultiplexer>? _connecting;

    public RedisConnection(IOptions<RedisOptions> options, TimeProvider clock, ILogger<RedisConnection> logger)
    {
        (_prefix, _limit, _clock, _logger) = (options.Value.KeyPrefix, TimeSpan.FromMilliseconds(options.Value.TimeoutMilliseconds), clock, logger);
        _configuration = ConfigurationOptions.Parse(options.Value.Connection);
        _configuration.AbortOnConnectFail = false;
        _configuration.BacklogPolicy = BacklogPolicy.FailFast;
        _configuration.AsyncTimeout = _configuration.SyncTimeout = options.Value.TimeoutMilliseconds;
        _configuration.ConnectTimeout = 2000;
        _configuration.ReconnectRetryPolicy = new LinearRetry(500);
        // A peer that vanished without a word is noticed after this many seconds.
        _configuration.KeepAlive = 5;
    }

    /// <summary>Calls Redis; <paramref name="whenMissing"/> if it cannot be reached in time.</summary>
    public async Task<T> CallAsync<T>(Func<IDatabase, Task<T>> call, T whenMissing, CancellationToken cancellation)
    {
        try
        {
            ConnectionMultiplexer redis = await ConnectAsync().WaitAsync(_limit, _clock, cancellation);
            return await call(redis.GetDatabase()).WaitAsync(_limit, _clock, cancellation);
        }
        catch (Exception exception) when (IsOutage(exception))
        {
            LogMiss(exception);
            return whenMissing;
        }
    }

    public RedisKey Key(string name) => _prefix + name;

    /// <summary>Tells whoever listens, and keeps <paramref name="last"/> under the same name for who asks later; waits for nothing.</summary>
    public async Task<bool> PostAsync(string name, byte[] message, byte[] last, TimeSpan kept)
    {
        Task<ConnectionMultiplexer> connecting = ConnectAsync();
        if (!connecting.IsCompletedSuccessfully)
        {
            return false;
        }

        try
        {
            ConnectionMultiplexer redis = await connecting;
            redis.GetDatabase().StringSet(Key(name), last, kept, flags: CommandFlags.FireAndForget);
            return await redis.GetSubscriber().PublishAsync(Channel(name), message) > 0;
        }
        catch (Exception exception) when (IsOutage(exception))
        {
            LogMiss(exception);
            return false;
        }
    }

    /// <summary>Listens, in the order of the messages, until what it gives back is called; through outages too, since the multiplexer subscribes again when it is back.</summary>
    public async Task<Action> ListenAsync(string name, Action<byte[]> hear)
    {
        ISubscriber subscriber = (await ConnectAsync()).GetSubscriber();
        // Only a queue keeps the order. Subscribed without waiting it comes even while Redis is away; what is answered after it on the same connection says that it stands.
        ChannelMessageQueue messages = subscriber.Subscribe(Channel(name), CommandFlags.FireAndForget);
        messages.OnMessage(message => hear((byte[]?)message.Message ?? []));
        try
        {
            await subscriber.PingAsync();
        }
        catch (Exception exception) when (IsOutage(exception))
        {
            LogMiss(exception);
        }

        return () => messages.Unsubscribe(CommandFlags.FireAndForget);
    }

    public async ValueTask DisposeAsync()
    {
        Task<ConnectionMultiplexer>? connecting;
        lock (_lock)
        {
            connecting = _connecting;
        }

        if (connecting is { IsCompletedSuccessfully: true })
        {
            await (await connecting).DisposeAsync();
        }
    }

    private RedisChannel Channel(string name) => RedisChannel.Literal(_prefix + name);

    private Task<ConnectionMultiplexer> ConnectAsync()
    {
        lock (_lock)
        {
            // A name that could not be resolved is a failure even so; the next call tries again.
            if (_connecting is null or { IsFaulted: true })
            {
                _connecting = OpenAsync();
            }

            return _connecting;
        }
    }

    private async Task<ConnectionMultiplexer> OpenAsync()
    {
        ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync(_configuration);
        redis.ConnectionFailed += (_, failure) => LogLost(failure.FailureType);
        redis.ConnectionRestored += (_, _) => LogRestored();
        return redis;
    }

    private static bool IsOutage(Exception exception) => exception is RedisException or TimeoutException or ObjectDisposedException;

    [LoggerMessage(Level = LogLevel.Debug, Message = "Redis was not asked or did not answer")]
    private partial void LogMiss(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis is lost ({Failure}); work goes on without it")]
    private partial void LogLost(ConnectionFailureType failure);

    [LoggerMessage(Level = LogLevel.Information, Message = "Redis is back")]
    private partial void LogRestored();
}
