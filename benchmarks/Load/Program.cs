using Limner.Load;
using Limner.Load.Deployments;
using Limner.Load.Measurements;
using Limner.Load.Reports;
using Limner.Load.Stages;
using Limner.Micro.Reports;
using Limner.TestServers;

if (args is ["stage", ..])
{
    await NoOpStage.RunAsync(args[1]);
    return;
}

var options = LoadOptions.Parse(args);
TimeProvider time = TimeProvider.System;
var machine = Machine.Describe(time);
using var watchdog = new Watchdog();
await using ServerSet servers = await ServerSet.StartAsync();
var report = new LoadReport(options, machine);

// 1. The real model, bare and through the services
DeploymentPlan real = new DeploymentPlan(servers, watchdog, time).Real(options.Model);
if (options.Has("throughput"))
{
    report.Throughput = await ThroughputBenchmark.MeasureAsync(real, options, time);
}

if (options.Has("latency"))
{
    report.Latencies = await SingleJobBenchmark.MeasureAsync(real, options, time);
}

// 2. Stages that do nothing: what is left is the way of a job
DeploymentPlan noOps = new DeploymentPlan(servers, watchdog, time).NoOps();
if (options.Has("stages"))
{
    report.Stages = await StagesBenchmark.MeasureAsync(noOps, options, time);
}

if (options.Has("accept"))
{
    report.Accepts = await AcceptBenchmark.MeasureAsync(noOps, options, time);
}

Console.WriteLine(string.Join('\n', report.Write()));
