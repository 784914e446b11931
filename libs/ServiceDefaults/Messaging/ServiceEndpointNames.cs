using MassTransit;

namespace Limner.ServiceDefaults.Messaging;

/// <summary>
/// Queues are called service-consumer: <c>Limner.Decoder.Decoding.ImageEncodedConsumer</c> has <c>decoder-image-encoded</c>.
/// Without the service, two services with a consumer of the same name would share one queue and steal each other's messages.
/// </summary>
internal sealed class ServiceEndpointNames() : KebabCaseEndpointNameFormatter(false)
{
    public const string Broadcast = "broadcast-";

    public const string DeadLetter = "limner-dead-letter";

    protected override string GetConsumerName(Type type) => $"{Service(type)}-{base.GetConsumerName(type)}";

    private static string Service(Type type) => (type.Namespace ?? "").Split('.') is ["Limner", var service, ..] ? service.ToLowerInvariant() : "other";
}
