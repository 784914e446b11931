using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Amazon.S3;
using Amazon.S3.Model;

namespace Limner.ObjectStorage.S3;

/// <summary>Objects in a bucket behind the S3 protocol.</summary>
internal sealed class S3ObjectStore(StorageOptions options, TimeProvider clock) : IObjectStore, IDisposable
{
    private const int ConflictAttempts = 5;
    private static readonly TimeSpan LongestSignature = TimeSpan.FromDays(7);

    // A name that no key can have, so no listing shows it.
    private const string ProbeKey = ".limner-probe";

    private readonly S3Bucket _bucket = new(options, clock);
    private readonly AmazonS3Client _signer = S3ClientFactory.Create(options, options.PublicEndpoint.Length > 0 ? options.PublicEndpoint : options.Endpoint);

    public async Task<bool> PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellation)
    {
        ObjectKey.Check(key);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await _bucket.WriteAsync($"store {key}", client => client.PutObjectAsync(Put(key, content, contentType, ifNoneMatch: "*"), cancellation), cancellation);
                return true;
            }
            catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.PreconditionFailed)
            {
                return false;
            }
            catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.Conflict && attempt < ConflictAttempts)
            {
                // Somebody else is writing or deleting under this key at this moment: whoever was first is known the next time.
            }
            catch (AmazonS3Exception error)
            {
                throw _bucket.Unavailable($"store {key}", error);
            }
        }
    }

    public async Task<Stream?> OpenAsync(string key, CancellationToken cancellation)
    {
        ObjectKey.Check(key);
        try
        {
            GetObjectResponse response = await _bucket.CallAsync($"read {key}", client => client.GetObjectAsync(_bucket.Name, key, cancellation), cancellation);
            return new PatientStream(response.ResponseStream, options.Timeout, clock, late => _bucket.Unavailable($"send the rest of {key}", late));
        }
        catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public async Task DeleteAsync(string key, CancellationToken cancellation)
    {
        ObjectKey.Check(key);
        try
        {
            await _bucket.CallAsync($"delete {key}", client => client.DeleteObjectAsync(_bucket.Name, key, cancellation), cancellation);
        }
        catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.NotFound)
        {
            // No bucket, no object.
        }
    }

    public async Task<Uri?> SignAsync(string key, TimeSpan timeToLive, CancellationToken cancellation)
    {
        ObjectKey.Check(key);
        ArgumentOutOfRangeException.ThrowIfLessThan(timeToLive, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(timeToLive, LongestSignature);
        GetPreSignedUrlRequest request = new()
        {
            BucketName = _bucket.Name,
            Key = key,
            Verb = HttpVerb.GET,
            Expires = clock.GetUtcNow().UtcDateTime + timeToLive,
            // The SDK signs https addresses whatever the endpoint says.
            Protocol = (_signer.Config.ServiceURL ?? "").StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? Protocol.HTTP : Protocol.HTTPS
        };
        return new Uri(await _signer.GetPreSignedURLAsync(request));
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ObjectKey.CheckPrefix(prefix);
        string? next = null;
        do
        {
            ListObjectsV2Response page = await PageAsync(prefix, next, cancellation);
            // The SDK says null for a page without objects.
            foreach (S3Object found in page.S3Objects ?? [])
            {
                if (ObjectKey.IsValid(found.Key))
                {
                    yield return new StoredObject(found.Key, found.Size ?? 0, new DateTimeOffset((found.LastModified ?? DateTime.UnixEpoch).ToUniversalTime()));
                }
            }

            next = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (next is not null);
    }

    public async Task<bool> IsReachableAsync(CancellationToken cancellation)
    {
        try
        {
            await _bucket.WriteAsync("be written to", client => ProbeAsync(client, cancellation), cancellation);
            return true;
        }
        catch (Exception error) when (error is ObjectStoreUnavailableException or AmazonS3Exception)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _bucket.Dispose();
        _signer.Dispose();
    }

    // Where the bucket keeps versions, a probe every few seconds would leave thousands a day.
    private async Task<PutObjectResponse> ProbeAsync(AmazonS3Client client, CancellationToken cancellation)
    {
        PutObjectResponse written = await client.PutObjectAsync(Put(ProbeKey, default, "text/plain", ifNoneMatch: null), cancellation);
        if (written.VersionId is { Length: > 0 } and not "null")
        {
            await client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = _bucket.Name, Key = ProbeKey, VersionId = written.VersionId }, cancellation);
        }

        return written;
    }

    private async Task<ListObjectsV2Response> PageAsync(string prefix, string? next, CancellationToken cancellation)
    {
        ListObjectsV2Request request = new() { BucketName = _bucket.Name, Prefix = prefix, ContinuationToken = next };
        try
        {
            return await _bucket.CallAsync($"list {prefix}", client => client.ListObjectsV2Async(request, cancellation), cancellation);
        }
        catch (AmazonS3Exception error) when (error.ErrorCode == "NoSuchBucket")
        {
            return new ListObjectsV2Response();
        }
    }

    // Signed as a whole: the server then refuses a body that changed on the way. The stream reads the caller's memory in place where it is an array.
    private PutObjectRequest Put(string key, ReadOnlyMemory<byte> content, string contentType, string? ifNoneMatch)
    {
        ArraySegment<byte> bytes = MemoryMarshal.TryGetArray(content, out ArraySegment<byte> array) ? array : new ArraySegment<byte>(content.ToArray());
        return new PutObjectRequest
        {
            BucketName = _bucket.Name,
            Key = key,
            InputStream = new MemoryStream(bytes.Array ?? [], bytes.Offset, bytes.Count, writable: false),
            ContentType = contentType,
            IfNoneMatch = ifNoneMatch,
            UseChunkEncoding = false
        };
    }
}
