namespace Limner.Standalone.Progress;

/// <summary>The steps of a stage over all its candidates. Reports may be missing or come twice: the furthest of each candidate counts.</summary>
internal sealed class StageTally(int candidates)
{
    private readonly int[] _steps = new int[candidates];
    private int _each;

    public int Done => _steps.Sum();

    public int All => _each * _steps.Length;

    /// <returns>Whether anything is further than it was.</returns>
    public bool Add(StageStep value)
    {
        _each = Math.Max(_each, value.Steps);
        if (value.Candidate < 0 || value.Candidate >= _steps.Length || value.Step <= _steps[value.Candidate])
        {
            return false;
        }

        _steps[value.Candidate] = value.Step;
        return true;
    }
}
