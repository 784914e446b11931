using System.Diagnostics.Metrics;
using System.Text.Json;
using Limner.Contracts.Jobs;
using Limner.Gateway.Jobs;
using Limner.Gateway.Queue;
using Limner.Gateway.Webhooks.Deliveries;
using Limner.ServiceDefaults.Telemetry;

namespace Limner.Gateway.Telemetry;

/// <summary>
/// The Gateway's instruments; docs/runbook.md says what each tells. Gauges are what the database has, so every Gateway says the same; the others are what this
/// process did. Where nobody listens they cost nothing.
/// </summary>
internal sealed class GatewayMetrics
{
    private const string ErrorType = "error.type";

    private static readonly JobPriority[] Priorities = Enum.GetValues<JobPriority>();
    private static readonly Dictionary<DeliveryError, string> DeliveryErrors =
        Enum.GetValues<DeliveryError>().ToDictionary(error => error, error => JsonNamingPolicy.SnakeCaseLower.ConvertName(error.ToString()));

    private readonly Counter<long> _accepted;
    private readonly Counter<long> _refused;
    private readonly Histogram<double> _waits;
    private readonly Histogram<double> _jobs;
    private readonly Gauge<int> _queueLength;
    private readonly Gauge<double> _oldestAge;
    private readonly Histogram<double> _attempts;
    private readonly Gauge<int> _pending;
    private readonly Gauge<int> _overdue;

    public GatewayMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create("Limner.Gateway");
        _accepted = meter.CreateCounter<long>("limner.job.accepted", "{job}", "Jobs that were accepted.");
        _refused = meter.CreateCounter<long>("limner.request.refused", "{request}", "Requests that were answered with an error.");
        _jobs = meter.CreateHistogram("limner.job.duration", "s", "Jobs that ended, from their acceptance.", null, HistogramBounds.Waits);
        _waits = meter.CreateHistogram("limner.queue.wait_time", "s", "Jobs that were handed to the stages, from their acceptance.", null, HistogramBounds.Waits);
        _queueLength = meter.CreateGauge<int>("limner.queue.length", "{job}", "Jobs that wait.");
        _oldestAge = meter.CreateGauge<double>("limner.queue.oldest_age", "s", "How long the oldest of the waiting jobs has waited.");
        _attempts = meter.CreateHistogram("limner.webhook.attempt.duration", "s", "Attempts to deliver a webhook.", null, HistogramBounds.Moments);
        _pending = meter.CreateGauge<int>("limner.webhook.pending", "{delivery}", "Deliveries that are not over.");
        _overdue = meter.CreateGauge<int>("limner.webhook.overdue", "{delivery}", "Those of them that should have been taken up by now.");
    }

    /// <summary>Whether anybody wants to know what the deliveries are: else they need not be counted.</summary>
    public bool WantsDeliveries => _pending.Enabled || _overdue.Enabled;

    public void Accepted(Job job) => _accepted.Add(1, Tag(job.Priority));

    public void Refused(string code) => _refused.Add(1, new KeyValuePair<string, object?>(ErrorType, code));

    /// <summary>What a committed transition says: that a job was begun, ended, or both.</summary>
    public void Changed(JobTransition change)
    {
        Job job = change.After;
        foreach (JobEvent told in change.Events)
        {
            double seconds = (told.At - job.Created).TotalSeconds;
            switch (told.Kind)
            {
                case JobEventKind.Running:
                    _waits.Record(seconds, Tag(job.Priority));
                    break;
                case JobEventKind.Completed:
                    _jobs.Record(seconds, Tag(job.Priority), State("completed"));
                    break;
                case JobEventKind.Cancelled:
                    _jobs.Record(seconds, Tag(job.Priority), State("cancelled"));
                    break;
                case JobEventKind.Failed:
                    _jobs.Record(seconds, Tag(job.Priority), State("failed"), new(ErrorType, told.Code));
                    break;
            }
        }
    }

    public void Queued(QueueSnapshot queue, DateTimeOffset now)
    {
        foreach (JobPriority priority in Priorities)
        {
            QueueShare[] shares = [.. queue.Shares.Where(share => share.Priority == priority)];
            _queueLength.Record(shares.Sum(share => share.Jobs), Tag(priority));
            _oldestAge.Record(shares.Max(share => now - share.Oldest)?.TotalSeconds ?? 0, Tag(priority));
        }
    }

    public void Attempted(DeliveryAttempt made, TimeSpan elapsed)
    {
        if (made.Error is { } error)
        {
            _attempts.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>(ErrorType, DeliveryErrors[error]));
        }
        else
        {
            _attempts.Record(elapsed.TotalSeconds);
        }
    }

    public void Delivering(int pending, int overdue)
    {
        _pending.Record(pending);
        _overdue.Record(overdue);
    }

    private static KeyValuePair<string, object?> Tag(JobPriority priority) => new("limner.job.priority", priority == JobPriority.Batch ? "batch" : "interactive");

    private static KeyValuePair<string, object?> State(string state) => new("limner.job.state", state);
}
