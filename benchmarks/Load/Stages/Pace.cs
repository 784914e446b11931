using System.Globalization;

namespace Limner.Load.Stages;

/// <summary>Lets so many through in a second, evenly; all at once if no number is given.</summary>
internal sealed class Pace(string? perSecond, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly TimeSpan _gap = string.IsNullOrEmpty(perSecond) ? TimeSpan.Zero : TimeSpan.FromSeconds(1 / double.Parse(perSecond, CultureInfo.InvariantCulture));
    private DateTimeOffset _next;

    public Task WaitAsync(CancellationToken cancellation)
    {
        if (_gap == TimeSpan.Zero)
        {
            return Task.CompletedTask;
        }

        TimeSpan wait;
        lock (_gate)
        {
            DateTimeOffset now = time.GetUtcNow();
            _next = _next < now ? now : _next + _gap;
            wait = _next - now;
        }

        return wait > TimeSpan.Zero ? Task.Delay(wait, time, cancellation) : Task.CompletedTask;
    }
}
