using System.Globalization;
using Limner.Gateway.Errors;
using Limner.Gateway.Limits;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Uploads;

/// <summary>Lets a few uploads in at once, and of one tenant no more than half of them, so that none can keep the others out. Who waits holds nothing.</summary>
/// <param name="atOnce">How many.</param>
/// <param name="patience">How long one waits for others.</param>
/// <param name="timeout">How long one may take to arrive.</param>
/// <param name="time">The clock.</param>
internal sealed class UploadTurns(int atOnce, TimeSpan patience, TimeSpan timeout, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _turns = new(atOnce);
    private readonly TenantTurns _own = new(atOnce / 2);

    /// <summary>Reads a request in its turn, and in the time that it has for it.</summary>
    /// <exception cref="ApiException">Others, or others of this tenant, were too many for too long, or it took too long to arrive.</exception>
    public async Task<T> TakeAsync<T>(string tenant, Func<CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        using IDisposable own = await _own.EnterAsync(tenant, patience, cancellation) ?? throw Crowded("As many of your requests with files as may be at once are arriving just now");
        if (!await _turns.WaitAsync(patience, cancellation))
        {
            throw Crowded("Others are sending files just now");
        }

        try
        {
            return await InTimeAsync(read, cancellation);
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();

    private static ApiException Crowded(string why) =>
        new(StatusCodes.Status429TooManyRequests, ErrorCode.TooManyUploads, $"{why}; try again.", retryAfter: TimeSpan.FromSeconds(5));

    private async Task<T> InTimeAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return await read(either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            string seconds = timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            throw new ApiException(StatusCodes.Status408RequestTimeout, ErrorCode.UploadTimeout, $"The body did not arrive within {seconds} s.");
        }
    }
}
