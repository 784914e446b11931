namespace Limner.Gateway.Webhooks;

/// <summary>Names outside: a prefix and 32 hexadecimal digits. Inside version 7 UUIDs, so that they sort by time.</summary>
internal sealed class WebhookId
{
    private readonly string _prefix;

    private WebhookId(string prefix) => _prefix = prefix;

    public static WebhookId Endpoint { get; } = new("wh_");

    public static WebhookId Delivery { get; } = new("dlv_");

    /// <summary>The header <c>webhook-id</c>: the same for every delivery of an event and every attempt, so that receivers can tell what they have.</summary>
    public static WebhookId Event { get; } = new("msg_");

    public string Format(Guid id) => $"{_prefix}{id:N}";

    public Guid? Parse(string text) =>
        text.StartsWith(_prefix, StringComparison.Ordinal) && Guid.TryParseExact(text.AsSpan(_prefix.Length), "N", out Guid id) && Format(id) == text ? id : null;
}
