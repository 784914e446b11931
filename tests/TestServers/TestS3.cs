using Amazon.Runtime;
using Amazon.S3;
using DotNet.Testcontainers.Builders;

namespace Limner.TestServers;

/// <summary>An S3 server. Tests that share it take a bucket each.</summary>
public sealed class TestS3 : TestServer
{
    /// <summary>The address with access key and secret: <c>http://key:secret@host:9000</c>.</summary>
    private const string Variable = "LIMNER_TEST_S3";

    private const string Image = "quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z";
    private const int MinioPort = 9000;
    private static readonly Lazy<Task<TestS3>> Shared = new(StartSharedAsync);

    private TestS3(IServerControl control, Uri endpoint)
        : base(control)
    {
        string[] user = endpoint.UserInfo.Split(':');
        (AccessKey, SecretKey) = (Uri.UnescapeDataString(user[0]), Uri.UnescapeDataString(user[1]));
        Endpoint = new Uri(endpoint.GetLeftPart(UriPartial.Scheme) + endpoint.Authority);
    }

    public Uri Endpoint { get; }

    public string AccessKey { get; }

    public string SecretKey { get; }

    /// <summary>The one that all tests of this process share.</summary>
    public static Task<TestS3> SharedAsync() => Shared.Value;

    /// <summary>One of the caller's own, to stop and kill.</summary>
    public static async Task<TestS3> StartOwnAsync()
    {
        // S3, monitor.
        int[] ports = FreePorts.Take(2);
        IServerControl control = await RunAsync("s3", Image, ports, () => new ContainerBuilder(Image).WithCommand("server", "/data").WithPortBinding(ports[0], MinioPort)
            .WithEnvironment("MINIO_ROOT_USER", "AKIALIMNER").WithEnvironment("MINIO_ROOT_PASSWORD", "limnersecret")
            .WithWaitStrategy(Wait.ForUnixContainer().UntilHttpRequestIsSucceeded(request => request.ForPath("/minio/health/ready").ForPort(MinioPort))).Build());
        return new TestS3(control, new Uri($"http://AKIALIMNER:limnersecret@127.0.0.1:{ports[0]}"));
    }

    /// <summary>Whether <see cref="FillAsync"/> can be had.</summary>
    public bool CanBeFilled => Control is ScriptServer;

    /// <summary>Has it take no more objects, or take them again.</summary>
    public Task FillAsync(bool isFull) => Control.FillAsync(isFull);

    /// <summary>Makes an empty bucket; its name.</summary>
    public async Task<string> CreateBucketAsync()
    {
        string name = $"test-{Guid.NewGuid():N}";
        using AmazonS3Client client = Connect();
        await client.PutBucketAsync(name);
        return name;
    }

    /// <summary>A client of the caller's.</summary>
    public AmazonS3Client Connect() => new(new BasicAWSCredentials(AccessKey, SecretKey), new AmazonS3Config
    {
        ServiceURL = Endpoint.ToString(),
        ForcePathStyle = true,
        AuthenticationRegion = "us-east-1",
        RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
    });

    private static async Task<TestS3> StartSharedAsync() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? new TestS3(new GivenServer(Variable), new Uri(given)) : await StartOwnAsync();
}
