using Limner.Standalone;
using Limner.Standalone.Commands;

using var signals = new StopSignals();
return (int)new CommandLine(Console.Out, Console.Error, TimeProvider.System).Run(args, signals.Token);
