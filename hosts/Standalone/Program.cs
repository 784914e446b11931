using Limner.Standalone;
using Limner.Standalone.Commands;
using Limner.Standalone.Output;

// What cannot be told must not end the work; an answer that cannot be given is an error.
Console.SetError(new StandardStream(Console.Error, _ => { }));
Console.SetOut(new StandardStream(Console.Out, problem => throw new CommandException(ExitCode.Output, $"Standard output cannot be written ({problem.Message})", problem)));

using var signals = new StopSignals();
return (int)new CommandLine(Console.Out, Console.Error, TimeProvider.System).Run(args, signals.Token);
