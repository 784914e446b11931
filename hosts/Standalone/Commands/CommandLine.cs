using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Limner.Standalone.Generation;
using Limner.Standalone.Keys;
using Limner.Standalone.Serving;

namespace Limner.Standalone.Commands;

/// <summary>The commands, and the one place where an error becomes a sentence and an exit code.</summary>
internal sealed class CommandLine(TextWriter output, TextWriter error, TimeProvider time)
{
    public ExitCode Run(string[] arguments, CancellationToken stop)
    {
        // Each command's own code, and the libraries it needs, are loaded when it runs: generate starts as fast as if serve were not there.
        var root = new RootCommand("Draws pictures from text on this machine, without a server.")
        {
            GenerateCommand.Create(options => new Generator(output, error, time).Run(options, stop)),
            ServeCommand.Create(options => new Server(output, error, time).Run(options, stop)),
            KeysCommand.Create(options => new KeyKeeper(output, error, time).Run(options, stop)),
        };
        HelpExamples.Add(root, new()
        {
            ["generate"] = "limner generate \"a large red star left of a blue house on a yellow background\" -n 4 --seed 7 --out out",
            ["serve"] = "limner serve --data limner-data",
            ["keys"] = "limner keys list",
            ["create"] = "limner keys create --tenant acme --scopes generate,read --rate 60 --quota 1000",
            ["list"] = "limner keys list --tenant acme",
            ["revoke"] = "limner keys revoke lmn_0aB1cD2e",
        });
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Action is ParseErrorAction)
        {
            return Say(ExitCode.Request, Sentence(parsed));
        }

        try
        {
            // The default handler would print a stack trace, and the default time-out would end a step in the middle.
            return (ExitCode)parsed.Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (CommandException problem)
        {
            return Say(problem.Code, problem.Message);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Say(ExitCode.Stopped, "Stopped.");
        }
        catch (Exception fault) when (Environment.GetEnvironmentVariable("LIMNER_TRACE") is null)
        {
            return Say(ExitCode.Fault, $"Limner itself failed: {fault.Message} (LIMNER_TRACE=1 shows where.)");
        }
    }

    private static string Sentence(ParseResult parsed)
    {
        string message = parsed.Errors[0].Message;
        string command = parsed.CommandResult.Command is RootCommand ? "generate" : Path(parsed.CommandResult);
        string hint = command == "generate" ? "a prompt of several words needs quotes, and " : "";
        return parsed.UnmatchedTokens.Count > 0 ? $"'{parsed.UnmatchedTokens[0]}' is not understood; {hint}'limner {command} --help' lists the options." : message;
    }

    private static string Path(CommandResult command) =>
        command.Parent is CommandResult { Command: not RootCommand } parent ? $"{Path(parent)} {command.Command.Name}" : command.Command.Name;

    private ExitCode Say(ExitCode code, string sentence)
    {
        error.WriteLine(sentence.ReplaceLineEndings(" "));
        return code;
    }
}
