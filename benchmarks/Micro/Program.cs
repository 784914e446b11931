using Limner.Inference;
using Limner.Micro;
using Limner.Micro.Commands;
using Limner.Micro.Devices;
using Limner.Micro.Engine;
using Limner.Micro.Reports;

var options = BenchmarkOptions.Parse(args);
TimeProvider time = TimeProvider.System;
if (options.Provider != ExecutionProvider.Cpu)
{
    return new DevicePage(options, time, Console.Out).Write() ? 0 : 1;
}

var machine = Machine.Describe(time);

// Processes first: while this one holds no model, the machine is as a user of the command line has it.
var generate = CommandBenchmark.Measure(options, time);
var engine = EngineBenchmark.Measure(options, time);
IReadOnlyList<BatchSizeBenchmark> batchSizes = BatchSizeBenchmark.Measure(options, [2, 4, 8, 16], time);
IReadOnlyList<BatchingBenchmark> batching = BatchingBenchmark.Measure(options, time);
IReadOnlyList<PyTorchRun> pytorch = PyTorchRun.ReadAll(options.PyTorch);

Console.WriteLine(string.Join('\n', Report.Write(options, machine, engine, generate, pytorch, batching, batchSizes)));
return 0;
