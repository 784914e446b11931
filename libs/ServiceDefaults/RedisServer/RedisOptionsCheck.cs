using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Limner.ServiceDefaults.RedisServer;

/// <summary>A connection that cannot be read would otherwise be one that is never there, which looks like an outage.</summary>
internal sealed class RedisOptionsCheck : IValidateOptions<RedisOptions>
{
    public ValidateOptionsResult Validate(string? name, RedisOptions options)
    {
        try
        {
            return options.Connection.Length == 0 || ConfigurationOptions.Parse(options.Connection).EndPoints.Count > 0
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail("Redis:Connection: it names no server; it has to be like redis:6379.");
        }
        catch (ArgumentException exception)
        {
            // The text itself may hold a password.
            return ValidateOptionsResult.Fail($"Redis:Connection: {exception.ParamName} is no option of a Redis connection; it has to be like redis:6379,ssl=true.");
        }
    }
}
