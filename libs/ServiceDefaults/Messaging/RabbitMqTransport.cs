using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Limner.Contracts.Jobs;
using Limner.Contracts.Workers;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Limner.ServiceDefaults.Messaging;

/// <summary>RabbitMQ: replicated queues, confirmed publishing, a limit to deliveries, and where messages go that reached it.</summary>
internal static class RabbitMqTransport
{
    public static void UseRabbitMqServer(this IBusRegistrationConfigurator bus)
    {
        bus.AddSingleton<EndpointWatch>();
        bus.AddReceiveEndpointObserver(services => services.GetRequiredService<EndpointWatch>());
        bus.AddHostedService(services => services.GetRequiredService<EndpointWatch>());
        bus.AddConfigureEndpointsCallback((context, name, endpoint) =>
        {
            if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
            {
                Configure(rabbit, name, context.GetRequiredService<IOptions<BusOptions>>().Value.DeliveryLimit);
            }
        });
        bus.UsingRabbitMq((context, rabbit) =>
        {
            BusOptions options = context.GetRequiredService<IOptions<BusOptions>>().Value;
            rabbit.Host(options.Host, options.Port, options.VirtualHost, host =>
            {
                host.Username(options.Username);
                host.Password(options.Password);
                host.PublisherConfirmation = true;
                if (options.Tls)
                {
                    host.UseSsl(tls => Secure(tls, options));
                }
            });
            rabbit.ConfigurePublish(publish => publish.UseExecute(message => message.Mandatory = HasToArrive(message)));
            rabbit.ConfigureEndpoints(context);
        });
    }

    private static void Secure(IRabbitMqSslConfigurator tls, BusOptions options)
    {
        tls.ServerName = options.Host;
        // The system's choice; MassTransit's would be TLS 1.2 alone.
        tls.Protocol = SslProtocols.None;
        X509Certificate2Collection? authorities = options.CertificateAuthority is { Length: > 0 } path ? BusOptions.Authorities(path) : null;
        // Without one, MassTransit takes a certificate that nobody vouches for.
        tls.CertificateValidationCallback = (_, certificate, chain, faults) => authorities is null ? faults == SslPolicyErrors.None
            : (faults & ~SslPolicyErrors.RemoteCertificateChainErrors) == SslPolicyErrors.None && certificate is X509Certificate2 own && ComesFrom(authorities, own, chain);
    }

    private static bool ComesFrom(X509Certificate2Collection authorities, X509Certificate2 certificate, X509Chain? sent)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (X509ChainElement element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(certificate);
    }

    private static void Configure(IRabbitMqReceiveEndpointConfigurator endpoint, string name, int deliveryLimit)
    {
        if (name.StartsWith(ServiceEndpointNames.Broadcast, StringComparison.Ordinal))
        {
            return;
        }

        endpoint.SetQuorumQueue();
        if (name != ServiceEndpointNames.DeadLetter)
        {
            endpoint.SetQueueArgument("x-delivery-limit", deliveryLimit);
            // Every endpoint declares the dead-letter queue: whichever service starts first, nothing is dead-lettered into nowhere.
            endpoint.BindDeadLetterQueue(ServiceEndpointNames.DeadLetter, ServiceEndpointNames.DeadLetter, queue => queue.SetQuorumQueue());
            // The message leaves this queue only when the dead-letter queue has confirmed it; RabbitMQ wants reject-publish for that.
            endpoint.SetQueueArgument("x-dead-letter-strategy", "at-least-once");
            endpoint.SetQueueArgument("x-overflow", "reject-publish");
        }
    }

    /// <summary>
    /// An event of ours for which no queue is bound yet (the next service has never run) comes back as an exception, not into nowhere.
    /// Broadcasts may well have no listener, and signs of life none of this version.
    /// </summary>
    private static bool HasToArrive(PublishContext message) =>
        message is not (PublishContext<JobCancelled> or PublishContext<WorkerAnnounced> or PublishContext<WorkContinued>)
        && message.SupportedMessageTypes.Any(type => type.StartsWith("urn:message:Limner.Contracts.", StringComparison.Ordinal));
}
