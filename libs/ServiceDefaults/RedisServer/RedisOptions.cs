using System.ComponentModel.DataAnnotations;

namespace Limner.ServiceDefaults.RedisServer;

/// <summary>Redis; nothing that must not be lost is kept there.</summary>
public sealed class RedisOptions
{
    /// <summary>Where the configuration has them.</summary>
    public const string Section = "Redis";

    /// <summary>Host and port with StackExchange.Redis's options, e.g. <c>redis:6379,password=…</c>; empty: what it would hold is held in this process.</summary>
    public string Connection { get; set; } = "";

    /// <summary>What every key and channel begins with.</summary>
    public string KeyPrefix { get; set; } = "limner:";

    /// <summary>How long one call may take before it counts as a miss, in milliseconds.</summary>
    [Range(10, 60000)]
    public int TimeoutMilliseconds { get; set; } = 1000;
}
