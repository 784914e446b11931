namespace Limner.Gateway.Jobs;

/// <summary>What a fact changes, to be written in one transaction.</summary>
internal sealed record JobTransition(Job After, IReadOnlyList<JobEvent> Events, UsageEntry? Usage)
{
    public static JobTransition From(Job job) => new(job, [], null);

    public JobTransition Tell(JobEventKind kind, DateTimeOffset now, int? candidate = null, string? code = null)
    {
        var told = new JobEvent(After.Id, After.Events + 1, kind, now) { Candidate = candidate, Code = code };
        return this with { After = After with { Events = told.Number }, Events = [.. Events, told] };
    }
}
