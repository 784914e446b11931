using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Limner.Diffusion.Unclip;
using Limner.Standalone.Client;
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
        var root = new RootCommand("Draws pictures from text, on this machine without a server or with a running service.")
        {
            GenerateCommand.Create(Draw),
            EditCommands.Edit(Draw),
            EditCommands.Vary(Draw),
            EditCommands.Extend(Draw),
            BlendCommand.Create(Draw),
            EditCommands.Upscale(Draw),
            RerollCommand.Create(Draw),
            ServeCommand.Create(options => new Server(output, error, time).Run(options, stop)),
            KeysCommand.Create(options => new KeyKeeper(output, error, time).Run(options, stop)),
            JobsCommand.Create(Call, (address, job, json) => new JobWatch(output, error, time).Run(address, job, json, stop), (address, job, folder, json) => new JobDownload(output, error, time).Run(address, job, folder, json, stop)),
            BatchesCommand.Create(Call, (address, options) => new BatchKeeper(output, error, time).Run(address, options, stop)),
            WebhooksCommand.Create(Call, (address, webhook, json) => new WebhookTest(output, time).Run(address, webhook, json, stop)),
            UsageCommand.Create(Call),
        };
        HelpExamples.Add(root, new()
        {
            ["generate"] = "limner generate \"a large red star left of a blue house on a yellow background\" -n 4 --seed 7 --out out",
            ["edit"] = "limner edit picture.png \"a red star left of a green tree\" --mask mask.png",
            ["vary"] = "limner vary picture.png --strength 0.6 -n 4",
            ["extend"] = "limner extend picture.png --right 512",
            ["blend"] = "limner blend picture.png \"a blue circle\" --strip 7",
            ["upscale"] = "limner upscale picture.png --size 2048x2048",
            ["reroll"] = "limner reroll out/seed7-1.png -n 4",
            ["serve"] = "limner serve --data limner-data",
            ["keys"] = "limner keys list",
            ["keys create"] = "limner keys create --tenant acme --scopes generate,read --rate 60 --quota 1000",
            ["keys list"] = "limner keys list --tenant acme",
            ["keys change"] = "limner keys change lmn_0aB1cD2e --rate 600 --expires never",
            ["keys revoke"] = "limner keys revoke lmn_0aB1cD2e",
            ["jobs"] = "limner jobs list --server http://127.0.0.1:7860",
            ["jobs list"] = "limner jobs list --status running --limit 5",
            ["jobs watch"] = "limner jobs watch job_0197f3c2a1b04d3e8f6a5b4c3d2e1f00",
            ["jobs download"] = "limner jobs download job_0197f3c2a1b04d3e8f6a5b4c3d2e1f00 --out out",
            ["batches"] = "limner batches create night.jsonl --wait",
            ["batches create"] = "limner batches create night.jsonl --wait",
            ["batches results"] = "limner batches results batch_0197f3c2a1b04d3e8f6a5b4c3d2e1f00 --wait --out out",
            ["webhooks"] = "limner webhooks create https://example.org/limner --events job.completed,job.failed",
            ["usage"] = "limner usage --from 2030-01-01 --to 2030-01-31",
        });
        void Draw(GenerateOptions options) => Generate(options, stop);
        void Call(ServiceAddress address, ServiceCall call, bool json) => call.Run(address, json, output, time, stop);
        // A prompt may begin with '@', which the parser would otherwise take for the name of a file with arguments.
        ParseResult parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
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
        catch (RefusedRequestException problem)
        {
            return Say(problem.Problem is RequestProblem.MissingPart or RequestProblem.NotFinite ? ExitCode.Model : ExitCode.Request, problem.Message);
        }
        catch (ServiceException problem)
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

    private void Generate(GenerateOptions options, CancellationToken stop)
    {
        if (options.Service is null)
        {
            new Generator(output, error, time).Run(options, stop);
        }
        else
        {
            new RemoteGenerator(output, error, time).Run(options, stop);
        }
    }

    private static string Sentence(ParseResult parsed)
    {
        string command = CommandPath.Of(parsed.CommandResult);
        string help = $"'{$"limner {command}".TrimEnd()} --help'";
        if (parsed.CommandResult.Command.Subcommands.Count > 0)
        {
            return parsed.UnmatchedTokens.Count == 0 ? $"There is no command; {help} lists them." : $"'{parsed.UnmatchedTokens[0]}' is no command; {help} lists them, and limner generate \"a red boat\" draws.";
        }

        if (parsed.UnmatchedTokens.Count > 0)
        {
            return $"'{parsed.UnmatchedTokens[0]}' is not understood; {(command == "generate" ? "a prompt of several words needs quotes, and " : "")}{help} lists the options.";
        }

        // What is missing is said by the parser, which does not say what would be right.
        ParseError problem = parsed.Errors[0];
        return problem.SymbolResult is CommandResult or OptionResult { Tokens.Count: 0 } or ArgumentResult { Parent: CommandResult } ? $"{problem.Message.TrimEnd('.')}; {help} shows how." : problem.Message;
    }

    private ExitCode Say(ExitCode code, string sentence)
    {
        error.WriteLine(sentence.ReplaceLineEndings(" "));
        return code;
    }
}
