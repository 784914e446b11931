using System.CommandLine;

namespace Limner.Standalone.Commands;

/// <summary>The command <c>generate</c>: its options, and how they become <see cref="GenerateOptions"/>.</summary>
internal static class GenerateCommand
{
    public static Command Create(Action<GenerateOptions> run)
    {
        var prompt = new Argument<string?>("PROMPT") { Description = "What to draw.", Arity = ArgumentArity.ZeroOrOne };
        var prompts = new Option<string?>("--prompts") { Description = "One prompt a line instead of PROMPT; each gets a folder of its own (001, 002, ...).", HelpName = "file" };
        var command = new Command("generate", "Draws pictures from a prompt.") { prompt, prompts };
        DrawingOptions drawing = DrawingOptions.AddTo(command);
        command.SetAction(parsed => run(drawing.Read(parsed) with
        {
            Prompt = parsed.GetValue(prompt),
            PromptFile = parsed.GetValue(prompts),
        }));
        return command;
    }
}
