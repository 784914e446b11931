using System.Collections.Concurrent;
using MassTransit;

namespace Limner.ServiceDefaults.Tests.Messaging;

/// <summary>What the consumers of one process saw, and what they are to do.</summary>
internal sealed class Received
{
    private int _atOnce;

    public ConcurrentQueue<object> Messages { get; } = [];

    public ConcurrentQueue<object> Begun { get; } = [];

    public int MostAtOnce { get; private set; }

    /// <summary>Runs in the consumer before it is done.</summary>
    public Func<ConsumeContext, Task> Work { get; set; } = _ => Task.CompletedTask;

    public async Task TakeAsync(ConsumeContext context, object message)
    {
        Begun.Enqueue(message);
        MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _atOnce));
        try
        {
            await Work(context);
            Messages.Enqueue(message);
        }
        finally
        {
            Interlocked.Decrement(ref _atOnce);
        }
    }

    public int Count<T>() => Messages.OfType<T>().Count();
}
