using System.ComponentModel.DataAnnotations;

namespace Limner.ObjectStorage;

/// <summary>The section <c>Storage</c> of the configuration. The defaults need no server.</summary>
public sealed class StorageOptions : IValidatableObject
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Storage";

    /// <summary><c>local</c> or <c>s3</c>.</summary>
    public StorageKind Kind { get; set; } = StorageKind.Local;

    /// <summary>Local: the folder, created if missing; relative to the working folder.</summary>
    public string Path { get; set; } = "limner-data/objects";

    /// <summary>S3: the address of the server, for example <c>http://minio:9000</c>; empty for AWS itself.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>S3: the address under which browsers reach the server, for signed addresses; empty if it is <see cref="Endpoint"/>.</summary>
    public string PublicEndpoint { get; set; } = "";

    /// <summary>S3: the bucket.</summary>
    public string Bucket { get; set; } = "limner";

    /// <summary>S3: the region that signatures name.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>S3: the access key; empty to take credentials where the AWS SDK finds them (environment, container or instance role).</summary>
    public string AccessKey { get; set; } = "";

    /// <summary>S3: the secret of <see cref="AccessKey"/>.</summary>
    public string SecretKey { get; set; } = "";

    /// <summary>S3: whether a missing bucket is created; off where the bucket is somebody else's to make.</summary>
    public bool CreateBucket { get; set; } = true;

    /// <summary>S3: how long one attempt may take until the answer begins, and an answer until more of it comes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00", ErrorMessage = "it has to be between 00:00:01 and 00:10:00.")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>S3: how often the client itself tries again before the store counts as unavailable.</summary>
    [Range(0, 10, ErrorMessage = "it has to be between 0 and 10.")]
    public int Retries { get; set; } = 2;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        (Kind == StorageKind.Local ? LocalErrors() : S3Errors()).Select(error => new ValidationResult(error.Sentence, [error.Option]));

    private IEnumerable<(string Option, string Sentence)> LocalErrors()
    {
        if (string.IsNullOrWhiteSpace(Path))
        {
            yield return (nameof(Path), "it is empty; it names the folder that holds the objects.");
        }
    }

    private IEnumerable<(string Option, string Sentence)> S3Errors()
    {
        if (string.IsNullOrWhiteSpace(Bucket))
        {
            yield return (nameof(Bucket), "it is empty; it names the bucket that holds the objects.");
        }

        if (string.IsNullOrWhiteSpace(Region))
        {
            yield return (nameof(Region), "it is empty; us-east-1 is right for most servers that are not AWS.");
        }

        foreach ((string option, string value) in new[] { (nameof(Endpoint), Endpoint), (nameof(PublicEndpoint), PublicEndpoint) })
        {
            // A path would be part of what is signed, and servers disagree about it.
            if (value.Length > 0 && !(Uri.TryCreate(value, UriKind.Absolute, out Uri? address) && (address.Scheme is "http" or "https") && address.PathAndQuery == "/"))
            {
                yield return (option, $"it is '{value}'; it has to be an address without a path, like https://s3.example.org:9000.");
            }
        }

        if (AccessKey.Length == 0 != (SecretKey.Length == 0))
        {
            yield return (AccessKey.Length == 0 ? nameof(AccessKey) : nameof(SecretKey), "it is empty; give both Storage:AccessKey and Storage:SecretKey, or neither.");
        }
    }
}
