using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Limner.Gateway.Webhooks.Deliveries;

/// <summary>Sends what is due, side by side, until told to stop; what is under way then comes to its end, which its time-out limits.</summary>
internal sealed partial class DeliveryPump(
    DeliveryClaims claims, DeliverySender sender, DeliveryLedger ledger, Lanes lanes, DeliverySignal signal,
    IOptions<WebhookOptions> options, TimeProvider time, ILogger<DeliveryPump> log)
{
    // Every attempt that ends and every job that does asks for a look. One for many of them costs what one for one does.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(10);

    private readonly List<Task> _underWay = [];

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                foreach (ClaimedDelivery claimed in await claims.TakeAsync(stop))
                {
                    _underWay.Add(Task.Run(() => SendAsync(claimed), CancellationToken.None));
                }

                _underWay.RemoveAll(task => task.IsCompleted);
                await Task.Delay(BetweenLooks, time, stop);
                if (claims.IsRoundOver)
                {
                    await signal.WaitAsync(options.Value.Poll, time, stop);
                }
            }
        }
        finally
        {
            if (stop.IsCancellationRequested)
            {
                await Task.WhenAll(_underWay);
            }
        }
    }

    private async Task SendAsync(ClaimedDelivery claimed)
    {
        WebhookDelivery delivery = claimed.Delivery;
        DeliveryAttempt? made = null;
        try
        {
            made = await sender.SendAsync(claimed);
            await ledger.RecordAsync(delivery, made);
            if (made is { IsGone: true } && delivery.EndpointId is { } endpoint)
            {
                await ledger.DisableAsync(endpoint, made.Url);
            }
        }
        catch (Exception fault)
        {
            LogFailed(fault, WebhookId.Delivery.Format(delivery.Id));
        }

        await LeaveAsync(delivery, made);
        signal.Raise();
    }

    private async Task LeaveAsync(WebhookDelivery delivery, DeliveryAttempt? made)
    {
        (Lane before, Lane after) = lanes.Leave(delivery, made, time.GetUtcNow());
        try
        {
            if (after.ClosedUntil > before.ClosedUntil)
            {
                await ledger.CloseAsync(delivery.Lane, after.ClosedUntil);
            }
            else if (after.ClosedUntil < before.ClosedUntil)
            {
                await ledger.OpenAsync(delivery.Lane);
            }

            if (after.Closings > before.Closings)
            {
                await ledger.EndOldAsync(delivery.Lane);
            }
        }
        catch (Exception fault)
        {
            // For this Gateway the lane is as it is all the same.
            LogFailed(fault, WebhookId.Delivery.Format(delivery.Id));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What became of {Delivery} could not be written down; it is sent again when its lease is over")]
    private partial void LogFailed(Exception fault, string delivery);
}
