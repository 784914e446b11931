namespace Limner.Faults.Tests.Histories;

/// <summary>The promises, as a function of what is left when all is quiet.</summary>
internal static class HistoryChecker
{
    private const int Running = 1;
    private const int Completed = 2;
    private const int Failed = 3;
    private const int Cancelled = 4;
    private const int FirstTerminalEvent = 5;
    private const int CandidateFailed = 2;
    private const int Delivered = 1;
    private const string DeadLettered = "dead_lettered";

    /// <returns>One sentence for each broken promise.</returns>
    public static IEnumerable<string> Check(Ledger ledger) =>
    [
        .. Accepted(ledger), .. ledger.Jobs.SelectMany(job => Ended(job, ledger)), .. ledger.Jobs.SelectMany(job => Told(job, ledger)),
        .. ledger.Jobs.SelectMany(job => Drawn(job, ledger)), .. ledger.Jobs.SelectMany(job => Called(job, ledger)), .. Charged(ledger), .. Strangers(ledger),
        .. ledger.Queues.Where(queue => queue.Value > 0).Select(queue => $"{queue.Value} messages are left in {queue.Key}"),
    ];

    // Nothing accepted is lost, and nothing was accepted twice.
    private static IEnumerable<string> Accepted(Ledger ledger)
    {
        HashSet<Guid> rows = [.. ledger.Jobs.Select(job => job.Id)];
        foreach (SubmittedJob job in ledger.Submitted.Where(job => job.Id is { } id && !rows.Contains(id)))
        {
            yield return $"job {job.Number} was accepted as {job.Id} and is lost";
        }

        foreach (IGrouping<int, JobRow> same in ledger.Jobs.GroupBy(job => job.Number).Where(same => same.Count() > 1))
        {
            yield return $"job {same.Key} was submitted under one idempotency key and exists {same.Count()} times";
        }

        HashSet<int> numbers = [.. ledger.Submitted.Select(job => job.Number)];
        foreach (JobRow job in ledger.Jobs.Where(job => !numbers.Contains(job.Number)))
        {
            yield return $"{job.Id} exists and nobody submitted it";
        }
    }

    // One end, and one that can be explained.
    private static IEnumerable<string> Ended(JobRow job, Ledger ledger)
    {
        if (job.State <= Running)
        {
            yield return $"{Name(job)} is stuck in state {job.State}";
            yield break;
        }

        if (ledger.Submitted.FirstOrDefault(submitted => submitted.Number == job.Number) is not { } asked)
        {
            yield break;
        }

        bool explained = job.State switch
        {
            Completed => !asked.IsForbidden && job.Candidates.Count == job.Count,
            Failed => (asked.IsForbidden && job.FailureCode == "content_policy_violation") || (asked.MayExpire && job.FailureCode == "deadline_exceeded")
                || (job.FailureCode == DeadLettered && job.Candidates.All(candidate => IsWorn(job, candidate, ledger))),
            Cancelled => asked.MayCancel,
            _ => false,
        };
        if (!explained)
        {
            yield return $"{Name(job)} ended in state {job.State} ({job.FailureCode ?? "no code"}), which nothing explains: {asked}";
        }
    }

    private static IEnumerable<string> Told(JobRow job, Ledger ledger)
    {
        EventRow[] told = [.. ledger.Events.Where(row => row.Job == job.Id).OrderBy(row => row.Number)];
        if (!told.Select(row => row.Number).SequenceEqual(Enumerable.Range(1, told.Length)) || told.FirstOrDefault()?.Kind != 0)
        {
            yield return $"{Name(job)} has events {string.Join(", ", told.Select(row => $"{row.Number}:{row.Kind}"))}: not from 1 on, or not begun with its acceptance";
        }

        EventRow[] ends = [.. told.Where(row => row.Kind >= FirstTerminalEvent)];
        int expected = job.State > Running ? 1 : 0;
        if (ends.Length != expected || (expected == 1 && (ends[0] != told[^1] || ends[0].Kind != job.State + FirstTerminalEvent - Completed)))
        {
            yield return $"{Name(job)} is in state {job.State} and was told to have ended by {string.Join(", ", ends.Select(row => row.Kind))} of {told.Length} events";
        }

        foreach (IGrouping<int?, EventRow> twice in told.Where(row => row.Candidate is not null).GroupBy(row => row.Candidate).Where(same => same.Count() > 1))
        {
            yield return $"{Name(job)} told {twice.Count()} times of candidate {twice.Key}";
        }
    }

    // One delivery of its end, which arrived; however often it came, it was the same.
    private static IEnumerable<string> Called(JobRow job, Ledger ledger)
    {
        string end = job.State switch
        {
            Completed => "job.completed",
            Failed => "job.failed",
            Cancelled => "job.cancelled",
            _ => "none",
        };
        DeliveryRow[] written = [.. ledger.Deliveries.Where(delivery => delivery.Job == job.Id)];
        if (job.State > Running && (written is not [var only] || only.Type != end || only.State != Delivered))
        {
            yield return $"{Name(job)} is in state {job.State} and its webhook deliveries are {string.Join(", ", written.Select(delivery => $"{delivery.Type}:{delivery.State}"))}";
        }

        CallRow[] calls = [.. ledger.Calls.Where(call => call.Job == job.Id)];
        if (job.State > Running && !calls.Any(call => call.IsTaken))
        {
            yield return $"{Name(job)} is in state {job.State} and no call of its webhook was taken";
        }

        if (calls.Any(call => call.Type != end || !call.IsGenuine) || calls.Select(call => call.EventId).Distinct().Count() > 1)
        {
            yield return $"{Name(job)} is in state {job.State} and its webhook was called with {string.Join(", ", calls.Select(call => $"{call.Type} {call.EventId}{(call.IsGenuine ? "" : " wrongly signed")}"))}";
        }
    }

    // One object for each candidate of a completed job, with the bytes of the undisturbed run.
    private static IEnumerable<string> Drawn(JobRow job, Ledger ledger)
    {
        string request = ledger.Submitted.FirstOrDefault(submitted => submitted.Number == job.Number)?.Request ?? "";
        foreach (CandidateRow candidate in job.Candidates.Where(_ => job.State == Completed))
        {
            string key = $"{job.Tenant}/{job.Id:N}/{candidate.Index}.png";
            string? undisturbed = ledger.Undisturbed.GetValueOrDefault((request, candidate.Index));
            if (IsWorn(job, candidate, ledger))
            {
                continue;
            }

            if (candidate.State == CandidateFailed)
            {
                yield return $"{Name(job)}, candidate {candidate.Index}, failed";
            }
            else if (ledger.Objects.GetValueOrDefault(key) is not { } stored)
            {
                yield return $"{Name(job)} is completed and {key} is missing";
            }
            else if (stored != candidate.Sha256 || stored != undisturbed)
            {
                yield return $"{key} has the digest {stored}, its row says {candidate.Sha256} and the undisturbed run {undisturbed}";
            }
        }
    }

    private static bool IsWorn(JobRow job, CandidateRow candidate, Ledger ledger) =>
        candidate is { State: CandidateFailed, FailureCode: DeadLettered } && ledger.Worn.Contains((job.Id, candidate.Index));

    private static IEnumerable<string> Charged(Ledger ledger)
    {
        var drawn = ledger.Jobs.SelectMany(job => job.Candidates.Where(candidate => candidate.State != CandidateFailed).Select(candidate => new UsageRow(job.Id, candidate.Index))).ToHashSet();
        foreach (IGrouping<UsageRow, UsageRow> entry in ledger.Usage.GroupBy(entry => entry).Where(same => same.Count() > 1))
        {
            yield return $"candidate {entry.Key.Candidate} of {entry.Key.Job} was charged {entry.Count()} times";
        }

        foreach (UsageRow entry in ledger.Usage.Where(entry => !drawn.Contains(entry)))
        {
            yield return $"candidate {entry.Candidate} of {entry.Job} was charged and never delivered";
        }

        foreach (UsageRow entry in drawn.Except(ledger.Usage))
        {
            yield return $"candidate {entry.Candidate} of {entry.Job} was delivered and never charged";
        }
    }

    // A job that ended early may have left an image, which the orphan sweep removes after a day.
    private static IEnumerable<string> Strangers(Ledger ledger)
    {
        HashSet<string> known = [.. ledger.Jobs.SelectMany(job => Enumerable.Range(0, job.Count).Select(candidate => $"{job.Tenant}/{job.Id:N}/{candidate}.png"))];
        return ledger.Objects.Keys.Where(key => !known.Contains(key)).Select(key => $"the object {key} belongs to no job");
    }

    private static string Name(JobRow job) => $"job {job.Number} ({job.Id:N})";
}
