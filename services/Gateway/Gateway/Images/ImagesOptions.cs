using System.ComponentModel.DataAnnotations;
using Limner.Gateway.Keys;

namespace Limner.Gateway.Images;

/// <summary>Section <c>Images</c>: what the addresses under <c>/v1/images</c> that answer with pictures do.</summary>
internal sealed class ImagesOptions : IValidatableObject
{
    /// <summary>How long a request that waits for its pictures is kept waiting; then it is told where its job is. Less than callers' own patience: many clients give up after 100 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00", ErrorMessage = "it has to be from 100 milliseconds to 1 hour.")]
    public TimeSpan WaitLimit { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>How long the address of a picture works without a key.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00", ErrorMessage = "it has to be from 1 second to 7 days.")]
    public TimeSpan AddressedFor { get; set; } = TimeSpan.FromMinutes(60);

    /// <summary>
    /// Keys of 32 bytes in base64, with commas, that sign addresses of pictures: the first signs, all are good, so that a key can be replaced. The same at every Gateway.
    /// Empty: one is made up at each start, so addresses end with the process and are good at the Gateway alone that gave them.
    /// </summary>
    public string SigningKeys { get; set; } = "";

    /// <summary>The address under which callers reach this service, e.g. https://images.example.org; empty: the one that they asked at.</summary>
    public string PublicAddress { get; set; } = "";

    public IReadOnlyList<byte[]> Keys() => ConfiguredKeys.Read(SigningKeys);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (ValidationResult fault in ConfiguredKeys.Validate(SigningKeys, nameof(SigningKeys)))
        {
            yield return fault;
        }

        if (PublicAddress.Length > 0 && !(Uri.TryCreate(PublicAddress, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https" && address.PathAndQuery == "/"))
        {
            yield return new ValidationResult($"it is '{PublicAddress}'; it has to be an address without a path, like https://images.example.org.", [nameof(PublicAddress)]);
        }
    }
}
