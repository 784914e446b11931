using System.Threading.Channels;

namespace Limner.Gateway.Background;

/// <summary>Wakes one worker of this process; any number of calls while it works are one.</summary>
internal abstract class WakeSignal
{
    private readonly Channel<bool> _wakes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Raise() => _wakes.Writer.TryWrite(true);

    /// <summary>Returns at once if it was raised since the last call, else when it is, and after <paramref name="longest"/> anyway.</summary>
    public async Task WaitAsync(TimeSpan longest, TimeProvider time, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await _wakes.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
        }
    }
}
