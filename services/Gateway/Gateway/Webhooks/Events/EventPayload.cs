using System.Text.Json;
using Limner.Gateway.Views;

namespace Limner.Gateway.Webhooks.Events;

/// <summary>The body of a request, as Standard Webhooks recommends it. It is written once: what is signed and sent again days later is the same text.</summary>
internal sealed record EventPayload<T>(string Type, DateTimeOffset Timestamp, T Data)
{
    private static readonly JsonSerializerOptions Json = ApiJson.Create();

    public string Write() => JsonSerializer.Serialize(this, Json);
}
