using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Limner.ServiceDefaults.Messaging;

/// <summary>The message bus.</summary>
public sealed class BusOptions : IValidatableObject
{
    /// <summary>Where the configuration has them.</summary>
    public const string Section = "Bus";

    internal const string Memory = "memory";

    internal const string RabbitMq = "rabbitmq";

    /// <summary><c>memory</c>: all services in this process, nothing outlives it. <c>rabbitmq</c>: services apart.</summary>
    [AllowedValues(Memory, RabbitMq, ErrorMessage = "it has to be memory or rabbitmq.")]
    public string Transport { get; set; } = Memory;

    /// <summary>RabbitMQ's host.</summary>
    [Required]
    public string Host { get; set; } = "localhost";

    /// <summary>Its AMQP port.</summary>
    [Range(1, 65535)]
    public ushort Port { get; set; } = 5672;

    /// <summary>Whether it is spoken to over TLS; RabbitMQ's usual port for that is 5671. Its certificate has to be for <see cref="Host"/>.</summary>
    public bool Tls { get; set; }

    /// <summary>A PEM file of the authorities that its certificate may come from; without one, those that the machine trusts.</summary>
    public string? CertificateAuthority { get; set; }

    /// <summary>Its virtual host.</summary>
    [Required]
    public string VirtualHost { get; set; } = "/";

    /// <summary>Who we are there.</summary>
    [Required]
    public string Username { get; set; } = "guest";

    /// <summary>The password of <see cref="Username"/>.</summary>
    [Required]
    public string Password { get; set; } = "guest";

    /// <summary>How often a message is given out again after its receiver died, before it is dead-lettered. Restarts count, so not too few.</summary>
    [Range(1, 1000)]
    public int DeliveryLimit { get; set; } = 10;

    /// <summary>How long a message whose consumer fails for a transient reason (a server that restarts) is held and tried again, in seconds, before it is a fault.</summary>
    [Range(0, 86400)]
    public int RetrySeconds { get; set; } = 600;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (CertificateAuthority is { Length: > 0 } path && !Readable(path))
        {
            yield return new ValidationResult($"'{path}' is no PEM file with a certificate that can be read.", [nameof(CertificateAuthority)]);
        }
    }

    internal static X509Certificate2Collection Authorities(string path)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(path);
        return authorities;
    }

    private static bool Readable(string path)
    {
        try
        {
            return Authorities(path).Count > 0;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return false;
        }
    }
}
