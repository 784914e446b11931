using Microsoft.Extensions.Caching.Memory;

namespace Limner.Gateway.Images;

/// <summary>
/// Files that are made of pictures when somebody asks for them: a few at a time, since each takes its pixels' memory meanwhile, and whoever waits for his turn holds nothing.
/// What was made is kept for a while: the same is asked for again and again, by browsers, by many who watch one job and by whoever wants to keep the processors busy.
/// </summary>
internal sealed class MadeFiles : IDisposable
{
    /// <summary>What the largest picture takes while it is made another file: its file, its pixels, and those of the encoder with their alpha.</summary>
    private const long BytesOfOne = 256 << 20;

    private const long KeptBytes = 64 << 20;
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    // A container may see all processors of its machine and have little of its memory.
    private readonly SemaphoreSlim _turns = new((int)Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / BytesOfOne, 1, Environment.ProcessorCount));
    private readonly MemoryCache _made = new(new MemoryCacheOptions { SizeLimit = KeptBytes });

    /// <param name="name">Equal for what is equal.</param>
    /// <param name="make">Makes it; null if there is nothing to make it of, which is not kept.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async Task<byte[]?> MakeAsync(object name, Func<Task<byte[]?>> make, CancellationToken cancellation)
    {
        if (_made.TryGetValue(name, out byte[]? made))
        {
            return made;
        }

        await _turns.WaitAsync(cancellation);
        try
        {
            // Somebody else who waited for the same may have made it.
            if (!_made.TryGetValue(name, out made))
            {
                made = await make();
            }

            return made is null ? null : _made.Set(name, made, new MemoryCacheEntryOptions { Size = made.Length, AbsoluteExpirationRelativeToNow = Kept });
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose()
    {
        _turns.Dispose();
        _made.Dispose();
    }
}
