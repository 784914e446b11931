namespace Limner.Gateway.Webhooks.Events;

/// <summary>The names of events outside.</summary>
internal static class EventName
{
    /// <summary>Sent on request alone.</summary>
    public const string Test = "webhook.test";

    public const string JobProgress = "job.progress";

    private static readonly (WebhookEvents Event, string Name)[] Known =
    [
        (WebhookEvents.JobCompleted, "job.completed"),
        (WebhookEvents.JobFailed, "job.failed"),
        (WebhookEvents.JobCancelled, "job.cancelled"),
        (WebhookEvents.JobProgress, JobProgress),
    ];

    public static IReadOnlyList<string> All { get; } = [.. Known.Select(known => known.Name)];

    public static string Of(WebhookEvents one) => Known.Single(known => known.Event == one).Name;

    public static IReadOnlyList<string> OfAll(WebhookEvents events) => [.. Known.Where(known => events.HasFlag(known.Event)).Select(known => known.Name)];

    /// <returns><see cref="WebhookEvents.None"/> if there is no such event.</returns>
    public static WebhookEvents Parse(string name) => Known.FirstOrDefault(known => known.Name == name).Event;
}
