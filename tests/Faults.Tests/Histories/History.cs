using System.Collections.Concurrent;

namespace Limner.Faults.Tests.Histories;

/// <summary>What happened, in order, and what was wrong already while it happened.</summary>
internal sealed class History(TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<string> _problems = new();

    public IEnumerable<string> Problems => _problems;

    public TimeSpan Elapsed => time.GetElapsedTime(_started);

    public void Add(FormattableString what) => Add(FormattableString.Invariant(what));

    public void Add(string what) => _lines.Enqueue($"{Elapsed.TotalSeconds,8:0.000} {what}");

    /// <summary>Something that must not happen did.</summary>
    public void Blame(string problem)
    {
        Add($"!! {problem}");
        _problems.Enqueue(problem);
    }

    public override string ToString() => string.Join('\n', _lines);
}
