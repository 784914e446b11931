using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Limner.ServiceDefaults.Outbound;

/// <summary>Where requests to addresses that callers name may go.</summary>
public sealed class OutboundOptions : IValidatableObject
{
    /// <summary>Where the configuration has them.</summary>
    public const string Section = "Outbound";

    /// <summary>Networks that may be reached though they are not public, with commas, e.g. <c>10.20.0.0/16,fd12:3456::/32</c>; empty for none.</summary>
    public string AllowedNetworks { get; set; } = "";

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Parts().Where(part => !IPNetwork.TryParse(part, out _))
            .Select(part => new ValidationResult($"'{part}' is no network; it has to be like 10.20.0.0/16.", [nameof(AllowedNetworks)]));

    internal IPNetwork[] Networks() => [.. Parts().Select(IPNetwork.Parse)];

    private string[] Parts() => AllowedNetworks.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
