using System.Globalization;
using Limner.Gateway.Errors;
using Microsoft.AspNetCore.Http;

namespace Limner.Gateway.Sources;

/// <summary>Bytes that a tenant keeps; several of its jobs may be at it.</summary>
internal sealed class KeptBytes(long bytes)
{
    private long _bytes = bytes;

    public long Add(long more) => Interlocked.Add(ref _bytes, more);
}

/// <summary>What the pictures of one job take as they are written, beside those that its tenant keeps already.</summary>
internal sealed class WrittenSources(KeptBytes kept, long most, TimeSpan period)
{
    public List<string> Keys { get; } = [];

    public long Bytes { get; private set; }

    /// <exception cref="ApiException">409: the tenant would keep more than it may.</exception>
    public void Add(string key, int bytes)
    {
        long all = kept.Add(bytes);
        if (most > 0 && all > most)
        {
            kept.Add(-bytes);
            throw new ApiException(
                StatusCodes.Status409Conflict, ErrorCode.FileLimitReached,
                string.Create(CultureInfo.InvariantCulture, $"The pictures that your jobs were given have {all - bytes} bytes, which with the next one would be more than the {most} that may be kept. They go with their jobs, {period.TotalDays:0.#} days after these have ended."));
        }

        Keys.Add(key);
        Bytes += bytes;
    }

    public void GiveBack() => kept.Add(-Bytes);
}
