using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Limner.ServiceDefaults.Messaging;

/// <summary>
/// Tries a message again in its consumer while a server is away. Handing it back to the broker instead would count against the delivery limit,
/// so that a long restart of the database would dead-letter healthy jobs.
/// </summary>
internal static class TransientRetry
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    public static void UseTransientRetry(this IReceiveEndpointConfigurator endpoint, IServiceProvider services)
    {
        TransientFault[] added = [.. services.GetServices<TransientFault>()];
        TimeSpan[] intervals = [.. Intervals(TimeSpan.FromSeconds(services.GetRequiredService<IOptions<BusOptions>>().Value.RetrySeconds))];
        if (intervals.Length > 0)
        {
            endpoint.UseMessageRetry(retry =>
            {
                retry.Handle<Exception>(exception => TransientFault.Is(exception, added));
                retry.Intervals(intervals);
            });
        }
    }

    /// <summary>0.1 s, doubling to 5 s, until they add up to <paramref name="total"/>.</summary>
    internal static IEnumerable<TimeSpan> Intervals(TimeSpan total)
    {
        TimeSpan next = TimeSpan.FromSeconds(0.1);
        for (TimeSpan sum = next; sum <= total; sum += next)
        {
            yield return next;
            next = next * 2 < Longest ? next * 2 : Longest;
        }
    }
}
