using Limner.Gateway.Webhooks;
using Limner.Gateway.Webhooks.Deliveries;
using Limner.Gateway.Webhooks.Events;

namespace Limner.Gateway.Tests.Webhooks;

public sealed class DeliveryMachineTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(45);
    private static readonly WebhookOptions Options = new();
    private static readonly DeliveryAttempt Success = new(Start, "http://example.org/", 1) { Status = 204 };
    private static readonly DeliveryAttempt Failure = new(Start, "http://example.org/", 1) { Error = DeliveryError.Timeout };

    private readonly WebhookDelivery _new = WebhookDelivery.To(Guid.NewGuid(), "lane", new WebhookEvent(Guid.NewGuid(), "t", "job.completed", "{}", null), Start);

    [Fact]
    public void Its_pauses_grow_fourfold_to_half_a_day_and_end_within_three_days()
    {
        var pauses = new List<TimeSpan>();
        WebhookDelivery delivery = _new;
        DateTimeOffset now = Start;
        while (delivery.Due is { } due)
        {
            now = due;
            delivery = DeliveryMachine.Begin(delivery, Lease, now);
            delivery = DeliveryMachine.End(delivery, delivery.Attempts, Failure, Options, now);
            pauses.Add(delivery.Due - now ?? TimeSpan.Zero);
        }

        double[] expected = [5, 20, 80, 320, 1280, 5120, 20480, 43200, 43200, 43200, 43200];
        Assert.All(expected.Zip(pauses), pair => Assert.InRange(pair.Second.TotalSeconds, pair.First * 0.8, pair.First * 1.2));
        Assert.Equal((DeliveryState.Failed, pauses.Count), (delivery.State, delivery.Attempts));
        Assert.InRange(now - Start, TimeSpan.FromHours(50), TimeSpan.FromDays(3));
    }

    [Fact]
    public void What_failed_together_does_not_come_back_together()
    {
        TimeSpan[] pauses = [.. Enumerable.Range(0, 200).Select(_ => RetrySchedule.After(3, TimeSpan.FromSeconds(5), Guid.NewGuid()))];
        Assert.True(pauses.Distinct().Count() > 190);
        Assert.InRange(pauses.Max() - pauses.Min(), TimeSpan.FromSeconds(24), TimeSpan.FromSeconds(32));
        Guid one = Guid.NewGuid();
        Assert.Equal(RetrySchedule.After(3, TimeSpan.FromSeconds(5), one), RetrySchedule.After(3, TimeSpan.FromSeconds(5), one));
    }

    [Fact]
    public void A_report_that_comes_after_the_lease_does_not_undo_what_another_attempt_found()
    {
        WebhookDelivery first = DeliveryMachine.Begin(_new, Lease, Start);
        WebhookDelivery second = DeliveryMachine.Begin(first, Lease, Start + Lease);
        WebhookDelivery late = DeliveryMachine.End(second, 1, Failure, Options, Start + Lease);
        Assert.Equal((second.Due, true, 0), (late.Due, late.IsSending, late.Failures));
        Assert.Single(late.Log);

        WebhookDelivery done = DeliveryMachine.End(late, 2, Success, Options, Start + Lease);
        Assert.Equal(DeliveryState.Delivered, done.State);
        Assert.Equal(DeliveryState.Delivered, DeliveryMachine.End(done, 1, Failure, Options, Start + Lease).State);
        Assert.Equal(DeliveryState.Delivered, DeliveryMachine.End(late, 1, Success, Options, Start + Lease).State);
    }

    [Fact]
    public void It_is_retried_when_the_receiver_says_and_no_earlier()
    {
        WebhookDelivery begun = DeliveryMachine.Begin(_new, Lease, Start);
        Assert.Equal(Start.AddMinutes(10), DeliveryMachine.End(begun, 1, Failure with { RetryAfter = TimeSpan.FromMinutes(10) }, Options, Start).Due);
        Assert.InRange(DeliveryMachine.End(begun, 1, Failure with { RetryAfter = TimeSpan.FromMilliseconds(1) }, Options, Start).Due!.Value, Start.AddSeconds(4), Start.AddSeconds(6));
    }

    [Fact]
    public void Gone_is_the_end()
    {
        WebhookDelivery begun = DeliveryMachine.Begin(_new, Lease, Start);
        WebhookDelivery ended = DeliveryMachine.End(begun, 1, Failure with { Status = 410, Error = DeliveryError.Status }, Options, Start);
        Assert.Equal((DeliveryState.Failed, null, Start), (ended.State, ended.Due, ended.Finished));
    }

    [Fact]
    public void A_replay_begins_anew_but_not_while_it_is_sent()
    {
        WebhookDelivery begun = DeliveryMachine.Begin(_new, Lease, Start);
        Assert.Same(begun, DeliveryMachine.Replay(begun, "lane", Start.AddSeconds(1)));
        WebhookDelivery failed = DeliveryMachine.GiveUp(begun, "reason", Start);
        WebhookDelivery again = DeliveryMachine.Replay(failed, "lane", Start.AddDays(5));
        Assert.Equal((DeliveryState.Pending, Start.AddDays(5), 0, null), (again.State, again.Due, again.Failures, again.Reason));
        Assert.Equal(again.Lane, DeliveryMachine.Replay(again, again.Lane, Start.AddDays(6)).Lane);
        Assert.NotEqual(_new.Lane, again.Lane);
    }

    [Fact]
    public void The_log_keeps_the_last_thirty()
    {
        WebhookDelivery delivery = _new;
        for (int i = 1; i <= 50; i++)
        {
            delivery = DeliveryMachine.Begin(DeliveryMachine.Replay(delivery with { IsSending = false }, "lane", Start), Lease, Start);
            delivery = DeliveryMachine.End(delivery, delivery.Attempts, Failure with { Milliseconds = i }, Options, Start);
        }

        Assert.Equal((30, 50), (delivery.Log.Count, delivery.Attempts));
        Assert.Equal(50, delivery.Log[^1].Milliseconds);
    }
}
