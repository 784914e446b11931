using Limner.Faults.Tests.Cluster;
using Limner.Faults.Tests.Histories;
using Limner.Faults.Tests.Injection;
using Limner.Faults.Tests.Workload;

namespace Limner.Faults.Tests;

/// <summary>One run: undisturbed, then with everything going wrong, then quiet again.</summary>
internal sealed class Campaign(ServiceCluster cluster, WebhookWitness witness, History history, int seed, TimeProvider time)
{
    private const int JobsForEachStep = 12;
    private const int MostOpen = 300;
    private const int LateRepeats = 60;

    private static readonly TimeSpan StallLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly LedgerReader _reader = new(cluster.Servers);
    private readonly Caller _caller = new(cluster.Gateways, history, time);
    private readonly MessageTap _tap = new(cluster.Servers.RabbitMq, cluster.Servers.VirtualHost);
    private readonly List<PlannedJob> _planned = [];

    /// <summary>Every fault once; on and on in new orders until <paramref name="duration"/> has passed.</summary>
    /// <returns>What was found wrong.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(TimeSpan duration)
    {
        // 1. What the images look like when nothing goes wrong
        await _caller.RunAsync(DrawingRequest.All.Select((request, i) => new PlannedJob(i, request)));
        await SettleAsync();
        Dictionary<(string, int), string> undisturbed = await DigestsAsync();
        history.Add($"the undisturbed run drew {undisturbed.Count} images");

        // 2. Load, and everything goes wrong
        await _tap.OpenAsync();
        var random = new Random(seed);
        var catalogue = new FaultCatalogue(cluster, _tap, history, time);
        do
        {
            foreach (Fault[] faults in catalogue.Plan(random))
            {
                Task injected = catalogue.InjectAsync(faults, random.Next());
                await _caller.RunAsync(await NextJobsAsync(random));
                await injected;
            }
        }
        while (history.Elapsed < duration);

        // 3. Everything runs: what was accepted ends, and what is said once more changes nothing
        await SettleAsync();
        await _tap.RepeatAsync(LateRepeats, random);
        await SubmitAgainAsync(random);
        await SettleAsync();

        // 4. The promises
        IReadOnlyList<string> aside = await _tap.PutAsideAsync(await _reader.ErrorQueuesAsync());
        Ledger ledger = await _reader.ReadAsync(_caller.Submitted, undisturbed, witness.Calls) with { Worn = history.Worn };
        history.Add($"{ledger.Jobs.Count} jobs, {ledger.Events.Count} events, {ledger.Usage.Count} charges, {ledger.Objects.Count} objects, {ledger.Calls.Count} calls of the webhook");
        return
        [
            .. history.Problems, .. HistoryChecker.Check(ledger), .. aside.Select(message => $"a service could not handle a message: {message}"),
            .. cluster.Services.Where(service => !service.IsRunning).Select(service => $"{service.Name} ended by itself"), .. cluster.Leaks(),
        ];
    }

    private async Task<Dictionary<(string, int), string>> DigestsAsync()
    {
        Ledger ledger = await _reader.ReadAsync(_caller.Submitted, new Dictionary<(string, int), string>(), []);
        return ledger.Jobs.SelectMany(job => job.Candidates.Select(candidate => (Job: job, candidate.Index))).ToDictionary(
            drawn => (DrawingRequest.All[drawn.Job.Number].Name, drawn.Index), drawn => ledger.Objects[$"{drawn.Job.Tenant}/{drawn.Job.Id:N}/{drawn.Index}.png"]);
    }

    private async Task<IReadOnlyList<PlannedJob>> NextJobsAsync(Random random)
    {
        if (_caller.Submitted.Count > MostOpen && await OpenJobsAsync() is not { Count: < MostOpen })
        {
            return [];
        }

        int first = DrawingRequest.All.Count + _planned.Count;
        PlannedJob[] jobs = [.. Enumerable.Range(first, JobsForEachStep).Select(number => PlannedJob.Next(number, random, time.GetUtcNow()))];
        _planned.AddRange(jobs);
        return jobs;
    }

    /// <summary>Null while the database is away.</summary>
    private async Task<IReadOnlyList<int>?> OpenJobsAsync()
    {
        try
        {
            return await _reader.OpenJobsAsync();
        }
        catch (Npgsql.NpgsqlException)
        {
            return null;
        }
    }

    // A reply that was lost is asked for again: the key stands for the job it made the first time.
    private async Task SubmitAgainAsync(Random random)
    {
        ILookup<int, Guid?> known = _caller.Submitted.ToLookup(job => job.Number, job => job.Id);
        foreach (PlannedJob job in _planned.Where(job => job.Deadline is null && random.Next(10) == 0))
        {
            if (await _caller.SubmitAgainAsync(job) is { } id && id != known[job.Number].Single())
            {
                history.Blame($"job {job.Number} was {known[job.Number].Single()} and, under the same key, is {id}");
            }
        }
    }

    /// <summary>Waits until every job has ended, every webhook has arrived and the queues are empty; gives up when nothing moves for long.</summary>
    private async Task SettleAsync()
    {
        long moved = time.GetTimestamp();
        int last = int.MaxValue;
        while (time.GetElapsedTime(moved) < StallLimit)
        {
            IReadOnlyList<int>? open = await OpenJobsAsync();
            int left = (open?.Count ?? int.MaxValue / 2) + (await _reader.QueuesAsync()).Values.Sum() + (open is null ? 0 : await _reader.PendingDeliveriesAsync());
            if (left == 0)
            {
                history.Add("all is quiet");
                return;
            }

            if (left < last)
            {
                (last, moved) = (left, time.GetTimestamp());
            }

            await Task.Delay(Pause, time, CancellationToken.None);
        }

        history.Blame($"nothing moved for {StallLimit.TotalMinutes} minutes; open are the jobs {string.Join(", ", await OpenJobsAsync() ?? [])} and the webhooks {string.Join(", ", await _reader.DescribePendingDeliveriesAsync())}");
    }
}
