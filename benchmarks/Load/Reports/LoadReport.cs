using Limner.Load.Measurements;
using Limner.Micro.Reports;

namespace Limner.Load.Reports;

/// <summary>All figures as one Markdown page: what was asked for first, then where it comes from.</summary>
internal sealed class LoadReport(LoadOptions options, Machine machine)
{
    public ThroughputBenchmark? Throughput { get; set; }

    public IReadOnlyList<SingleJobBenchmark> Latencies { get; set; } = [];

    public StagesBenchmark? Stages { get; set; }

    public (AcceptBenchmark Empty, AcceptBenchmark Full)? Accepts { get; set; }

    public IEnumerable<string> Write() =>
    [
        "# Measured: the whole system",
        "",
        $"All services and servers on one machine: {machine.Processor}, {machine.Cores} cores, {machine.MemoryGigabytes:0} GB; {machine.System}; {machine.DotNet}, "
            + $"ONNX Runtime {machine.OnnxRuntime}; {machine.Date}, load {machine.Load} when it began{(options.Commit.Length > 0 ? $", commit {options.Commit}" : "")}.",
        .. options.Quick ? ["", "**Quick run: too few repetitions to quote.**"] : Array.Empty<string>(),
        "",
        "Median (smallest to largest).",
        "",
        "| | measured | goal | |",
        "|---|---|---|---|",
        .. Goals(),
        "",
        .. Details(),
    ];

    private IEnumerable<string> Goals()
    {
        if (Throughput is { } throughput)
        {
            yield return Goal("(a) images/s through the services to those of the bare engine", $"{throughput.Ratio.ToText("0.000")}x", ">= 0.97x", throughput.Ratio.Median >= 0.97);
        }

        if (Stages is { } stages)
        {
            yield return $"| (b) jobs/s through four services whose stages do nothing | {stages.Services.ToText("0")} | | |";
            yield return stages.Celery is { } celery
                ? Goal($"(b) to the same chain in Celery {celery.Version}", $"{stages.Services.Median / celery.Rate.Median:0.00}x", ">= 3x", stages.Services.Median >= 3 * celery.Rate.Median)
                : "| (b) to Celery | not measured: Celery is not installed | >= 3x | |";
        }

        if (Accepts is var (empty, full))
        {
            yield return Goal($"(c) accepting at {AcceptBenchmark.PerSecond} jobs/s, p99", $"{empty.P99.ToText("0.0")} ms", "<= 50 ms", empty.P99.Median <= 50);
            yield return Goal($"(c) the same with {AcceptBenchmark.Waiting:N0} jobs waiting, p99 to that of an empty queue", $"{full.P99.Median / empty.P99.Median:0.00}x", "<= 1.20x", full.P99.Median <= 1.2 * empty.P99.Median);
            yield return Goal("(c) the same, the Gateway's memory", $"{full.Resident.Median / empty.Resident.Median:0.00}x", "<= 1.20x", full.Resident.Median <= 1.2 * empty.Resident.Median);
        }

        foreach (SingleJobBenchmark latency in Latencies)
        {
            yield return Goal($"(d) one {latency.Side}x{latency.Side} image on an idle system, beyond the engine's time", $"{latency.Added.ToText("0.0")} ms", "<= 30 ms", latency.Added.Median <= 30);
        }
    }

    private IEnumerable<string> Details()
    {
        if (Throughput is { } throughput)
        {
            yield return $"**(a)** {throughput.Engine}. {throughput.Jobs} jobs, {throughput.Images} images of {throughput.Side}x{throughput.Side}: "
                + $"{throughput.Services.ToText("0.00")} images/s through the services, {throughput.Bare.ToText("0.00")} by the engine alone, which writes no PNG and stores and judges nothing.";
            yield return "";
        }

        if (Stages is { } stages)
        {
            yield return $"**(b)** {stages.Jobs} jobs, each accepted over HTTP and written down, through four quorum queues with confirms, and its end written down. "
                + $"Processor time of a job: {string.Join(", ", stages.Processor.Select(service => $"{service.Key} {service.Value:0.00} ms"))}.";
            yield return "";
            if (stages.Celery is { } celery)
            {
                yield return $"Celery: {celery.Rate.ToText("0")} jobs/s through four durable classic queues (it cannot use quorum queues), no HTTP, no database, no result: solo workers, "
                    + "acknowledged late, publishing confirmed.";
                yield return "";
            }
        }

        if (Accepts is var (empty, full))
        {
            yield return "| (c) | p50, ms | p99, ms | the Gateway's memory, MB |";
            yield return "|---|---:|---:|---:|";
            yield return Accept("empty queue", empty);
            yield return Accept($"{AcceptBenchmark.Waiting:N0} jobs waiting", full);
            yield return "";
        }

        if (Latencies.Count > 0)
        {
            yield return "| (d) | through the services, ms | engine, ms |";
            yield return "|---|---:|---:|";
            foreach (SingleJobBenchmark latency in Latencies)
            {
                yield return $"| {latency.Side}x{latency.Side} | {latency.Services.ToText("0.0")} | {latency.Bare.ToText("0.0")} |";
            }
        }
    }

    private static string Accept(string name, AcceptBenchmark accept) => $"| {name} | {accept.P50.ToText("0.0")} | {accept.P99.ToText("0.0")} | {accept.Resident.Scaled(1e-6).ToText("0")} |";

    private static string Goal(string what, string measured, string goal, bool met) => $"| {what} | {measured} | {goal} | {(met ? "met" : "**missed**")} |";
}
