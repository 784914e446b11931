using System.Globalization;
using Limner.Gateway.Errors;
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
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Lane> _lanes = new(StringComparer.Ordinal);

    /// <summary>Reads a request in its turn, and in the time that it has for it.</summary>
    /// <exception cref="ApiException">Others were too many for too long, or it took too long to arrive.</exception>
    public async Task<T> TakeAsync<T>(string tenant, Func<CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        Lane lane = Enter(tenant);
        try
        {
            return await InTurnAsync(lane.Turns, () => InTurnAsync(_turns, () => InTimeAsync(read, cancellation), cancellation), cancellation);
        }
        finally
        {
            Leave(tenant, lane);
        }
    }

    public void Dispose() => _turns.Dispose();

    private async Task<T> InTurnAsync<T>(SemaphoreSlim turns, Func<Task<T>> work, CancellationToken cancellation)
    {
        if (!await turns.WaitAsync(patience, cancellation))
        {
            throw new ApiException(
                StatusCodes.Status429TooManyRequests, ErrorCode.TooManyUploads, "Others are sending files just now; try again.", retryAfter: TimeSpan.FromSeconds(5));
        }

        try
        {
            return await work();
        }
        finally
        {
            turns.Release();
        }
    }

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

    private Lane Enter(string tenant)
    {
        lock (_lock)
        {
            if (!_lanes.TryGetValue(tenant, out Lane? lane))
            {
                _lanes[tenant] = lane = new Lane(new SemaphoreSlim(atOnce / 2));
            }

            lane.Requests++;
            return lane;
        }
    }

    private void Leave(string tenant, Lane lane)
    {
        lock (_lock)
        {
            if (--lane.Requests == 0)
            {
                _lanes.Remove(tenant);
                lane.Turns.Dispose();
            }
        }
    }

    private sealed class Lane(SemaphoreSlim turns)
    {
        public SemaphoreSlim Turns => turns;

        public int Requests { get; set; }
    }
}
