using MassTransit;

namespace Limner.ServiceDefaults.Messaging;

/// <summary>Publishing what a stage has done.</summary>
public static class Confirmation
{
    /// <summary>As long as a broker takes that is busy; one that has no room for messages takes none for longer.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Publishes until the broker confirms it. A publish whose channel was lost at the wrong moment never ends, not by its token either (see
    /// <see cref="EndpointWatch"/>): it is left behind. To do the stage's work again would cost more than to say an event twice, which all that hear of it expect.
    /// </summary>
    /// <param name="context">What is consumed.</param>
    /// <param name="publish">Publishes; is called again, with a new token, for each attempt.</param>
    /// <param name="cancellation">Ends the attempts.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was raised.</exception>
    public static Task ConfirmAsync(this ConsumeContext context, Func<ConsumeContext, CancellationToken, Task> publish, CancellationToken cancellation) =>
        RepeatAsync(limit => publish(context, limit), Longest, cancellation);

    /// <summary>Publishes an event of one stage until the broker confirms it.</summary>
    /// <param name="context">What is consumed.</param>
    /// <param name="message">The event.</param>
    /// <param name="cancellation">Ends the attempts.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was raised.</exception>
    public static Task ConfirmAsync(this ConsumeContext context, object message, CancellationToken cancellation) =>
        context.ConfirmAsync((context, limit) => context.Publish(message, limit), cancellation);

    internal static async Task RepeatAsync(Func<CancellationToken, Task> publish, TimeSpan longest, CancellationToken cancellation)
    {
        while (true)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(longest);
            try
            {
                await publish(limit.Token).WaitAsync(limit.Token);
                return;
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                LogContext.Warning?.Log("The broker has not confirmed an event within {Seconds} s; it is published again", longest.TotalSeconds);
            }
        }
    }
}
