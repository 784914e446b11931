using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Limner.ObjectStorage.S3;

/// <summary>One bucket: calls to it, with what can go wrong named in our words, and the bucket made when it is missing.</summary>
internal sealed class S3Bucket(StorageOptions options, TimeProvider clock) : IDisposable
{
    private const int Attempts = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly AmazonS3Client _client = S3ClientFactory.Create(options, options.Endpoint);

    // Known from the last write; several at once may each ask, which does no harm.
    private volatile bool _isThere;

    public string Name => options.Bucket;

    /// <summary>Calls the server; <paramref name="task"/> completes the sentence "… could not".</summary>
    public async Task<T> CallAsync<T>(string task, Func<AmazonS3Client, Task<T>> call, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await call(_client);
            }
            catch (AmazonS3Exception error) when (IsConfusedConnection(error) && attempt < Attempts)
            {
                // The server has closed it: the next attempt has another.
            }
            catch (AmazonS3Exception error) when (error.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict || error.ErrorCode is "NoSuchKey" or "NoSuchBucket")
            {
                // An answer, not a fault: the caller knows what it means to him. A 404 without such a code is that of something before the server.
                throw;
            }
            catch (Exception error) when (IsFault(error) && !cancellation.IsCancellationRequested)
            {
                throw Unavailable(task, error);
            }
        }
    }

    /// <summary>Writes to the bucket, which is made if it is missing, now or since the last time.</summary>
    public async Task<T> WriteAsync<T>(string task, Func<AmazonS3Client, Task<T>> call, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            if (!_isThere && options.CreateBucket)
            {
                await MakeIfMissingAsync(task, cancellation);
            }

            try
            {
                T answer = await CallAsync(task, call, cancellation);
                _isThere = true;
                return answer;
            }
            catch (AmazonS3Exception error) when (error.ErrorCode == "NoSuchBucket")
            {
                _isThere = false;
                if (!options.CreateBucket || attempt == Attempts)
                {
                    throw Unavailable(task, error);
                }

                await Task.Delay(Pause * attempt, clock, cancellation);
            }
        }
    }

    public void Dispose() => _client.Dispose();

    public ObjectStoreUnavailableException Unavailable(string task, Exception error)
    {
        string server = options.Endpoint.Length > 0 ? options.Endpoint : $"AWS {options.Region}";
        string reason = error switch
        {
            AmazonServiceException { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized, ErrorCode: not "QuotaExceeded" } refused => $"{refused.ErrorCode}; check Storage:AccessKey, Storage:SecretKey and what they may do",
            AmazonServiceException { ErrorCode.Length: > 0 } answered => answered.ErrorCode,
            OperationCanceledException => $"no answer in {options.Timeout.TotalSeconds:0.#} s",
            _ => error.Message
        };
        return new ObjectStoreUnavailableException($"Bucket {Name} at {server} could not {task} ({reason}).", error);
    }

    // Asked first: Ceph answers a write into nothing without reading its body, and then takes the body for the connection's next request.
    private async Task MakeIfMissingAsync(string task, CancellationToken cancellation)
    {
        try
        {
            await _client.HeadBucketAsync(new HeadBucketRequest { BucketName = Name }, cancellation);
        }
        catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.NotFound)
        {
            await MakeAsync(cancellation);
        }
        catch (AmazonS3Exception)
        {
            // The right to write does not imply the right to ask.
        }
        catch (Exception error) when (IsFault(error) && !cancellation.IsCancellationRequested)
        {
            throw Unavailable(task, error);
        }
    }

    private async Task MakeAsync(CancellationToken cancellation)
    {
        try
        {
            await _client.PutBucketAsync(new PutBucketRequest { BucketName = Name, UseClientRegion = false }, cancellation);
        }
        catch (Exception error) when (IsFault(error) && !cancellation.IsCancellationRequested)
        {
            // Another process may be making it at this moment. Any other reason, the write that follows tells.
        }
    }

    // An answer to what Ceph took for a request (see above) has no code of S3, and the SDK repeats the status instead.
    private static bool IsConfusedConnection(AmazonS3Exception error) => error is { StatusCode: HttpStatusCode.BadRequest, ErrorCode: "BadRequest" };

    // The SDK throws its own exceptions for answers, and those of HttpClient and the socket for the lack of one. A cancellation that nobody asked for is its time-out.
    private static bool IsFault(Exception error) => error is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or OperationCanceledException or TimeoutException;
}
