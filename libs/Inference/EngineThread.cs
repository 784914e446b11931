using System.Collections.Concurrent;
using Limner.Diffusion.Unclip;

namespace Limner.Inference;

/// <summary>
/// One thread that owns one half of a model and steps it while there is work; callers await their request's end. Results continue on
/// the thread pool, never on the engine's thread.
/// </summary>
/// <remarks>
/// A step that throws takes the whole batch with it. Its requests are then begun anew one at a time, so that only the one that is to
/// blame fails; the engine is made anew too, since a broken one may be in any state. Where one request after the other is to blame, it
/// is the device that is broken, and in this process it stays so: the thread ends, and fails no more of them.
/// </remarks>
public sealed class EngineThread<TRequest, TEnded, TResult> : IDisposable
    where TRequest : class
{
    private const int MostInARow = 3;

    private readonly EngineParts<TRequest, TEnded, TResult> _parts;
    private readonly TimeProvider _time;
    private readonly Action<Exception> _failed;
    private readonly BlockingCollection<Work> _inbox = [];
    private readonly Queue<Work> _oneByOne = [];
    private readonly Dictionary<TRequest, Work> _underWay = new(ReferenceEqualityComparer.Instance);
    private readonly Thread _thread;
    private volatile bool _stopping;
    private volatile int _occupied;
    private int _blamed; // requests in a row that failed alone

    /// <summary>Starts the thread.</summary>
    /// <param name="name">The thread's name, for a debugger or profiler.</param>
    /// <param name="parts">The engine, and how to read what it hands out.</param>
    /// <param name="time">The clock that the work is timed with.</param>
    /// <param name="failed">Told on the engine's thread, once, if it ends by itself. The process has to end then: what is handed to the engine waits until its caller gives up.</param>
    public EngineThread(string name, EngineParts<TRequest, TEnded, TResult> parts, TimeProvider time, Action<Exception> failed)
    {
        (_parts, _time, _failed) = (parts, time, failed);
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Why the thread ended by itself; null while it runs.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Requests in the engine just now, for any thread to ask.</summary>
    public int Occupied => _occupied;

    /// <summary>Hands a request to the engine and waits until it has left it, or until the caller gives up waiting.</summary>
    /// <param name="request">It has to be an instance of its own: equal requests are different work.</param>
    /// <param name="cancellation">Ends the wait; what ends the work is in the request.</param>
    /// <exception cref="RefusedRequestException">The model cannot do it.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up, or the engine stopped.</exception>
    public async Task<EngineResult<TResult>> RunAsync(TRequest request, CancellationToken cancellation)
    {
        var work = new Work(request, cancellation);
        try
        {
            _inbox.Add(work, cancellation);
        }
        catch (InvalidOperationException)
        {
            throw new OperationCanceledException("The engine has stopped.", Failure);
        }

        return await work.Done.Task.WaitAsync(cancellation);
    }

    /// <summary>Stops after the step that is being done; whoever still waits is cancelled.</summary>
    public void Dispose()
    {
        _stopping = true;
        _inbox.CompleteAdding();
        _thread.Join();
        foreach (Work? work in _underWay.Values.Concat(_oneByOne).Concat(_inbox.GetConsumingEnumerable()))
        {
            work.Done.TrySetCanceled();
        }

        _inbox.Dispose();
    }

    private void Run()
    {
        try
        {
            IStepEngine<TRequest, TEnded> engine = _parts.Start();
            while (TakeUp(engine))
            {
                try
                {
                    foreach (TEnded? ended in engine.Step())
                    {
                        Finish(ended);
                    }
                }
                catch (Exception e)
                {
                    SetAside(e);
                    engine = _parts.Start();
                }
            }
        }
        catch (Exception e)
        {
            Failure = e;
            _failed(e);
        }
    }

    /// <summary>Fills the free slots; waits while there is nothing to do. False when the thread has to end.</summary>
    private bool TakeUp(IStepEngine<TRequest, TEnded> engine)
    {
        while (!_stopping && engine.FreeSlots > 0)
        {
            if (_oneByOne.Count > 0)
            {
                if (engine.Occupied > 0)
                {
                    break;
                }

                Join(engine, _oneByOne.Dequeue());
            }
            else if (_inbox.TryTake(out Work? work, engine.Occupied > 0 ? TimeSpan.Zero : Timeout.InfiniteTimeSpan))
            {
                Join(engine, work);
            }
            else
            {
                break; // nobody waits, or none will come any more
            }
        }

        return !_stopping;
    }

    private void Join(IStepEngine<TRequest, TEnded> engine, Work work)
    {
        // To encode texts and pictures takes long, and nobody waits for it any more.
        if (work.Cancellation.IsCancellationRequested)
        {
            work.Done.TrySetCanceled(work.Cancellation);
            return;
        }

        try
        {
            work.Started = _time.GetTimestamp();
            engine.Add(work.Request);
            _underWay.Add(work.Request, work);
            _occupied = _underWay.Count;
        }
        catch (Exception e)
        {
            Blame(work, e);
        }
    }

    private void Finish(TEnded ended)
    {
        if (!_underWay.Remove(_parts.RequestOf(ended), out Work? work))
        {
            return;
        }

        _occupied = _underWay.Count;
        try
        {
            work.Done.TrySetResult(new(_parts.Take(ended), _time.GetElapsedTime(work.Started)));
            _blamed = 0;
        }
        catch (Exception e)
        {
            work.Done.TrySetException(e);
        }
    }

    private void SetAside(Exception problem)
    {
        Work[] lost = [.. _underWay.Values];
        _underWay.Clear();
        _occupied = 0;
        if (lost is [var alone])
        {
            Blame(alone, problem);
            return;
        }

        foreach (Work work in lost)
        {
            _oneByOne.Enqueue(work);
        }
    }

    /// <summary>Fails a request that nobody else can be to blame for.</summary>
    /// <exception cref="InvalidOperationException">One too many: it is not the requests' fault, and this one is kept.</exception>
    private void Blame(Work work, Exception problem)
    {
        if (problem is not RefusedRequestException && !IsOfMemory(problem) && ++_blamed == MostInARow)
        {
            _oneByOne.Enqueue(work);
            throw new InvalidOperationException($"{MostInARow} requests in a row failed, each alone; the last one with: {problem.Message}", problem);
        }

        work.Done.TrySetException(problem);
    }

    // A request that wants more memory than there is says nothing of the device. ONNX Runtime tells it in words alone.
    private static bool IsOfMemory(Exception problem) => problem is OutOfMemoryException
        || problem.Message.Contains("allocat", StringComparison.OrdinalIgnoreCase) || problem.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase);

    private sealed class Work(TRequest request, CancellationToken cancellation)
    {
        public TRequest Request => request;

        public CancellationToken Cancellation => cancellation;

        public long Started { get; set; }

        public TaskCompletionSource<EngineResult<TResult>> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
