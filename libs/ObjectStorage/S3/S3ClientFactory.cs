using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace Limner.ObjectStorage.S3;

internal static class S3ClientFactory
{
    public static AmazonS3Client Create(StorageOptions options, string endpoint)
    {
        AmazonS3Config config = new()
        {
            // A host name for each bucket needs wildcard DNS and certificates, which self-hosted servers seldom have.
            ForcePathStyle = true,
            AuthenticationRegion = options.Region,
            // Since 2025 the SDK adds CRC trailers unasked, which older servers refuse. The signature already covers a SHA-256 of the body.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = options.Retries,
            Timeout = options.Timeout,
            ConnectTimeout = options.Timeout < TimeSpan.FromSeconds(5) ? options.Timeout : TimeSpan.FromSeconds(5)
        };
        if (endpoint.Length > 0)
        {
            config.ServiceURL = endpoint;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        }

        return options.AccessKey.Length > 0 ? new AmazonS3Client(new BasicAWSCredentials(options.AccessKey, options.SecretKey), config) : new AmazonS3Client(config);
    }
}
