namespace Limner.Gateway.Webhooks.Deliveries;

/// <summary>The life of a delivery as a function: pending, through any number of attempts, until it is delivered or failed; and again when it is replayed.</summary>
internal static class DeliveryMachine
{
    private const int MostLogged = 30;
    private const string Replayed = " replayed";

    /// <summary>Taken up by somebody, who has until the end of <paramref name="lease"/> to say what came of it.</summary>
    public static WebhookDelivery Begin(WebhookDelivery delivery, TimeSpan lease, DateTimeOffset now) =>
        delivery with { IsSending = true, Due = now + lease, Attempts = delivery.Attempts + 1 };

    /// <summary>Attempt number <paramref name="number"/> was made.</summary>
    public static WebhookDelivery End(WebhookDelivery delivery, int number, DeliveryAttempt made, WebhookOptions options, DateTimeOffset now)
    {
        WebhookDelivery logged = delivery with { Log = [.. delivery.Log.TakeLast(MostLogged - 1), made] };
        if (delivery.State != DeliveryState.Pending)
        {
            return logged;
        }

        if (made.Succeeded)
        {
            return logged with { State = DeliveryState.Delivered, Due = null, IsSending = false, Finished = now };
        }

        if (delivery.Attempts != number)
        {
            return logged; // Its lease ran out, and another attempt decides.
        }

        WebhookDelivery failed = logged with { Failures = delivery.Failures + 1, IsSending = false };
        TimeSpan pause = RetrySchedule.After(failed.Failures, options.FirstRetry, delivery.Id);
        DateTimeOffset due = now + (made.RetryAfter > pause ? made.RetryAfter.Value : pause);
        return made.IsGone ? GiveUp(failed, "the receiver answered 410 Gone", now)
            : due > delivery.Since + options.LifeOf(delivery.Type) ? GiveUp(failed, "no attempt succeeded in the time it is tried", now)
            : failed with { Due = due };
    }

    public static WebhookDelivery GiveUp(WebhookDelivery delivery, string reason, DateTimeOffset now) =>
        delivery with { State = DeliveryState.Failed, Due = null, IsSending = false, Finished = now, Reason = reason };

    /// <summary>To its endpoint's new address, now, as if nothing had failed.</summary>
    public static WebhookDelivery Move(WebhookDelivery delivery, string lane, DateTimeOffset now) =>
        delivery with { State = DeliveryState.Pending, Lane = lane, Due = now, IsSending = false, Failures = 0, Finished = null, Reason = null };

    /// <summary>
    /// Sent again, now, whatever became of it, and in a lane of its own, since its owner may know that the receiver is well again. One that is just being
    /// sent stays as it is.
    /// </summary>
    public static WebhookDelivery Replay(WebhookDelivery delivery, string lane, DateTimeOffset now) => delivery.IsSending && delivery.Due > now ? delivery : delivery with
    {
        State = DeliveryState.Pending,
        Lane = lane.EndsWith(Replayed, StringComparison.Ordinal) ? lane : lane + Replayed,
        Since = now,
        Due = now,
        IsSending = false,
        Failures = 0,
        Finished = null,
        Reason = null,
    };
}
