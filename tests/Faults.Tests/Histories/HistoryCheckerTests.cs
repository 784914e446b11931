namespace Limner.Faults.Tests.Histories;

/// <summary>The checker notices each broken promise, shown on invented ledgers.</summary>
public sealed class HistoryCheckerTests
{
    private static readonly Guid Id = Guid.Parse("01a204f8-0d50-77c7-ab13-c9a7206498d2");
    private static readonly string Object = $"default/{Id:N}/0.png";

    private static readonly Ledger Sound = new()
    {
        Submitted = [new SubmittedJob(1, "fox", Id, MayCancel: false, MayExpire: false, IsForbidden: false)],
        Jobs = [new JobRow(Id, 1, "default", 2, 1, null, [new CandidateRow(0, 0, "abc")])],
        Events = [new EventRow(Id, 1, 0, null), new EventRow(Id, 2, 1, null), new EventRow(Id, 3, 2, 0), new EventRow(Id, 4, 5, null)],
        Usage = [new UsageRow(Id, 0)],
        Objects = new Dictionary<string, string> { [Object] = "abc" },
        Undisturbed = new Dictionary<(string, int), string> { [("fox", 0)] = "abc" },
        Deliveries = [new DeliveryRow(Id, "job.completed", 1)],
        Calls = [new CallRow(Id, "job.completed", "msg_1", IsGenuine: true, IsTaken: false), new CallRow(Id, "job.completed", "msg_1", IsGenuine: true, IsTaken: true)],
        Queues = new Dictionary<string, int> { ["decoder-image-encoded"] = 0 },
    };

    private static readonly Dictionary<string, Ledger> Broken = new()
    {
        ["and is lost"] = Sound with { Jobs = [], Events = [], Usage = [], Objects = new Dictionary<string, string>() },
        ["exists 2 times"] = Sound with { Jobs = [Sound.Jobs[0], Sound.Jobs[0] with { Id = Guid.NewGuid() }] },
        ["nobody submitted it"] = Sound with { Submitted = [] },
        ["is stuck in state 1"] = Sound with { Jobs = [Sound.Jobs[0] with { State = 1 }] },
        ["ended in state 3 (stage_failed)"] = Sound with { Jobs = [Sound.Jobs[0] with { State = 3, FailureCode = "stage_failed" }] },
        ["ended in state 4"] = Sound with { Jobs = [Sound.Jobs[0] with { State = 4 }] },
        ["ended in state 2"] = Sound with { Submitted = [Sound.Submitted[0] with { IsForbidden = true }] },
        ["was told to have ended by 5, 5"] = Sound with { Events = [.. Sound.Events, new EventRow(Id, 5, 5, null)] },
        ["was told to have ended by  of 3"] = Sound with { Events = [.. Sound.Events.Take(3)] },
        ["was told to have ended by 7"] = Sound with { Events = [.. Sound.Events.Take(3), new EventRow(Id, 4, 7, null)] },
        ["not from 1 on"] = Sound with { Events = [.. Sound.Events.Where(row => row.Number != 2)] },
        ["told 2 times of candidate 0"] = Sound with { Events = [.. Sound.Events.Take(3), new EventRow(Id, 4, 2, 0), new EventRow(Id, 5, 5, null)] },
        ["is missing"] = Sound with { Objects = new Dictionary<string, string>() },
        ["has the digest abd"] = Sound with { Objects = new Dictionary<string, string> { [Object] = "abd" } },
        ["the undisturbed run abd"] = Sound with { Undisturbed = new Dictionary<(string, int), string> { [("fox", 0)] = "abd" } },
        ["candidate 0, failed"] = Sound with { Jobs = [Sound.Jobs[0] with { Candidates = [new CandidateRow(0, 2, null)] }] },
        ["was charged 2 times"] = Sound with { Usage = [Sound.Usage[0], Sound.Usage[0]] },
        ["was charged and never delivered"] = Sound with { Usage = [Sound.Usage[0], new UsageRow(Id, 1)] },
        ["was delivered and never charged"] = Sound with { Usage = [] },
        ["belongs to no job"] = Sound with { Objects = new Dictionary<string, string> { [Object] = "abc", ["default/x/0.png"] = "abc" } },
        ["its webhook deliveries are job.completed:0"] = Sound with { Deliveries = [Sound.Deliveries[0] with { State = 0 }] },
        ["its webhook deliveries are job.failed:1"] = Sound with { Deliveries = [Sound.Deliveries[0] with { Type = "job.failed" }] },
        ["its webhook deliveries are job.completed:1, job.completed:1"] = Sound with { Deliveries = [Sound.Deliveries[0], Sound.Deliveries[0]] },
        ["no call of its webhook was taken"] = Sound with { Calls = [Sound.Calls[0]] },
        ["its webhook was called with job.completed msg_1, job.completed msg_2"] = Sound with { Calls = [Sound.Calls[1], Sound.Calls[1] with { EventId = "msg_2" }] },
        ["its webhook was called with job.cancelled msg_1"] = Sound with { Calls = [Sound.Calls[1] with { Type = "job.cancelled" }] },
        ["wrongly signed"] = Sound with { Calls = [Sound.Calls[1] with { IsGenuine = false }] },
        ["3 messages are left in decoder-image-encoded"] = Sound with { Queues = new Dictionary<string, int> { ["decoder-image-encoded"] = 3 } },
    };

    public static TheoryData<string> Promises => [.. Broken.Keys];

    [Fact]
    public void A_sound_history_has_no_problems() => Assert.Empty(HistoryChecker.Check(Sound));

    [Theory]
    [MemberData(nameof(Promises))]
    public void A_broken_promise_is_noticed(string problem) =>
        Assert.Contains(HistoryChecker.Check(Broken[problem]), found => found.Contains(problem, StringComparison.Ordinal));

    [Fact]
    public void A_candidate_whose_message_was_worn_out_may_end_as_a_dead_letter_and_no_other()
    {
        Ledger ended = Sound with
        {
            Jobs = [Sound.Jobs[0] with { State = 3, FailureCode = "dead_lettered", Candidates = [new CandidateRow(0, 2, null, "dead_lettered")] }],
            Events = [new EventRow(Id, 1, 0, null), new EventRow(Id, 2, 1, null), new EventRow(Id, 3, 4, 0), new EventRow(Id, 4, 6, null)],
            Usage = [],
            Deliveries = [new DeliveryRow(Id, "job.failed", 1)],
            Calls = [Sound.Calls[1] with { Type = "job.failed" }],
        };
        Assert.Empty(HistoryChecker.Check(ended with { Worn = new HashSet<(Guid, int)> { (Id, 0) } }));
        Assert.Single(HistoryChecker.Check(ended));
        Assert.NotEmpty(HistoryChecker.Check(ended with { Worn = new HashSet<(Guid, int)> { (Id, 1) } }));
    }

    [Fact]
    public void What_was_cancelled_late_or_forbidden_may_end_so()
    {
        Ledger Ended(int state, string? code, Func<SubmittedJob, SubmittedJob> asked) => Sound with
        {
            Submitted = [asked(Sound.Submitted[0])],
            Jobs = [Sound.Jobs[0] with { State = state, FailureCode = code, Candidates = [] }],
            Events = [new EventRow(Id, 1, 0, null), new EventRow(Id, 2, state + 3, null)],
            Usage = [],
            Deliveries = [new DeliveryRow(Id, state == 3 ? "job.failed" : "job.cancelled", 1)],
            Calls = [Sound.Calls[1] with { Type = state == 3 ? "job.failed" : "job.cancelled" }],
        };
        Assert.Empty(HistoryChecker.Check(Ended(4, null, job => job with { MayCancel = true })));
        Assert.Empty(HistoryChecker.Check(Ended(3, "deadline_exceeded", job => job with { MayExpire = true })));
        Assert.Empty(HistoryChecker.Check(Ended(3, "content_policy_violation", job => job with { IsForbidden = true })));
    }
}
