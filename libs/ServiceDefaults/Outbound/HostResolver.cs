using System.Net;

namespace Limner.ServiceDefaults.Outbound;

/// <summary>
/// Asks the system's resolver, which on Linux blocks a thread until it has an answer and cannot be called off. It does so on threads of its own: names whose
/// servers say nothing would take the pool's one by one, and with them everything that this process does.
/// </summary>
internal sealed class HostResolver(Func<string, IPAddress[]> ask) : IDisposable
{
    public const int MostAtOnce = 64;

    private readonly SemaphoreSlim _turns = new(MostAtOnce);

    /// <summary>Waits for a turn and for the answer. A lookup that nobody waits for any more keeps its turn until it has really ended.</summary>
    public async Task<IPAddress[]> FindAsync(string host, CancellationToken cancellation)
    {
        await _turns.WaitAsync(cancellation);
        Task<IPAddress[]> asking = Task.Factory.StartNew(() => Ask(host), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return await asking.WaitAsync(cancellation);
    }

    public void Dispose() => _turns.Dispose();

    private IPAddress[] Ask(string host)
    {
        try
        {
            return ask(host);
        }
        finally
        {
            _turns.Release();
        }
    }
}
