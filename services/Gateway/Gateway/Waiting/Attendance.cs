namespace Limner.Gateway.Waiting;

/// <summary>How many requests of this process wait for which job: only the last one who leaves takes it back.</summary>
internal sealed class Attendance
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, int> _waiting = [];

    public int CountOf(Guid job)
    {
        lock (_lock)
        {
            return _waiting.GetValueOrDefault(job);
        }
    }

    public void Enter(Guid job)
    {
        lock (_lock)
        {
            _waiting[job] = _waiting.GetValueOrDefault(job) + 1;
        }
    }

    /// <returns>Whether nobody is left.</returns>
    public bool Leave(Guid job)
    {
        lock (_lock)
        {
            int left = _waiting[job] - 1;
            if (left > 0)
            {
                _waiting[job] = left;
                return false;
            }

            _waiting.Remove(job);
            return true;
        }
    }
}
