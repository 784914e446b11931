using System.Data.Common;
using System.Net.Sockets;
using MassTransit;
using StackExchange.Redis;

namespace Limner.ServiceDefaults.Messaging;

/// <summary>Which exceptions are worth another attempt, beside those that a service adds.</summary>
internal sealed record TransientFault(Func<Exception, bool> IsTransient)
{
    /// <summary>
    /// Whether an exception or one that it wraps is transient. <see cref="DbException.IsTransient"/> is how Npgsql tells a lost connection
    /// and a server that restarts from a broken query; EF Core wraps it twice.
    /// </summary>
    public static bool Is(Exception exception, IReadOnlyCollection<TransientFault> added)
    {
        for (Exception? each = exception; each is not null; each = each.InnerException)
        {
            if (each is TransientException or TimeoutException or SocketException or HttpRequestException or DbException { IsTransient: true }
                or RedisException or ConnectionException or MessageReturnedException || added.Any(fault => fault.IsTransient(each)))
            {
                return true;
            }
        }

        return false;
    }
}
