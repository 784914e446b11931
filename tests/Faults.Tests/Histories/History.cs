using System.Collections.Concurrent;

namespace Limner.Faults.Tests.Histories;

/// <summary>What happened, in order, and what was wrong already while it happened.</summary>
internal sealed class History(TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<string> _problems = new();

    private readonly ConcurrentDictionary<(Guid Job, int Candidate), bool> _worn = new();

    public IEnumerable<string> Problems => _problems;

    /// <summary>Candidates whose message was worn out: they may end as dead letters.</summary>
    public IReadOnlySet<(Guid Job, int Candidate)> Worn => _worn.Keys.ToHashSet();

    public TimeSpan Elapsed => time.GetElapsedTime(_started);

    public void Add(FormattableString what) => Add(FormattableString.Invariant(what));

    public void Add(string what) => _lines.Enqueue($"{Elapsed.TotalSeconds,8:0.000} {what}");

    public void AddWorn(Guid job, int candidate)
    {
        Add($"candidate {candidate} of {job} was worn out");
        _worn[(job, candidate)] = true;
    }

    /// <summary>Something that must not happen did.</summary>
    public void Blame(string problem)
    {
        Add($"!! {problem}");
        _problems.Enqueue(problem);
    }

    public override string ToString() => string.Join('\n', _lines);
}
