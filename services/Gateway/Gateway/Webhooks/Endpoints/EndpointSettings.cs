using Limner.Gateway.Errors;
using Limner.Gateway.Submissions;
using Limner.Gateway.Webhooks.Events;
using Limner.ServiceDefaults.Outbound;

namespace Limner.Gateway.Webhooks.Endpoints;

/// <summary>What a caller wants an endpoint to be; null leaves it.</summary>
internal sealed record EndpointSettings(string? Url, WebhookEvents? Events, bool? Enabled)
{
    private const int LongestName = 100;

    public static EndpointSettings Read(ReadOnlyMemory<byte> body, AddressPolicy policy) => JsonBody.Read(body, root =>
    {
        var fields = new JsonFields(root, "url", "events", "enabled");
        return new EndpointSettings(CallbackUrl.Read(fields, "url", policy), ReadEvents(fields.Texts("events", EventName.All.Count, LongestName)), fields.Flag("enabled"));
    });

    private static WebhookEvents? ReadEvents(IReadOnlyList<string>? names)
    {
        string known = string.Join(", ", EventName.All);
        return names switch
        {
            null => null,
            [] => throw ApiException.Invalid(ErrorCode.InvalidValue, "events", $"events is empty; name some of {known}, or disable the endpoint."),
            _ when names.FirstOrDefault(name => EventName.Parse(name) == WebhookEvents.None) is { } unknown =>
                throw ApiException.Invalid(ErrorCode.InvalidValue, "events", $"events has '{unknown}'; there are {known}."),
            _ => names.Aggregate(WebhookEvents.None, (all, name) => all | EventName.Parse(name)),
        };
    }
}
