using System.CommandLine;
using Limner.Inference;

namespace Limner.Standalone.Commands;

/// <summary>The command <c>generate</c>: its options, and how they become <see cref="GenerateOptions"/>.</summary>
internal static class GenerateCommand
{
    private static readonly string[] Sizes = ["256x256", "512x512", "1024x1024"];

    public static Command Create(Action<GenerateOptions> run)
    {
        var prompt = new Argument<string?>("PROMPT") { Description = "What to draw.", Arity = ArgumentArity.ZeroOrOne };
        var prompts = new Option<string?>("--prompts") { Description = "One prompt a line instead of PROMPT; each gets a folder of its own (001, 002, ...).", HelpName = "file" };
        Option<int?> count = BoundedOption.Create("-n", "Pictures for each prompt, 1 to 10 [default: 1].", 1, 10, "--count");
        Option<ulong?> seed = BoundedOption.Create("--seed", "The same seed draws the same pictures [default: random, printed].", ulong.MinValue, ulong.MaxValue);
        Option<int?> steps = BoundedOption.Create("--steps", "Denoising steps of the decoder [default: the model's].", 2, 1000);
        Option<float?> guidance = BoundedOption.Create("--guidance", "How strongly the decoder follows the prompt; 1 is off [default: the model's].", 1f, 50f);
        Option<float?> priorGuidance = BoundedOption.Create("--prior-guidance", "The same for the prior [default: the model's].", 1f, 50f);
        var negative = new Option<string>("--negative") { Description = "What the picture should not show.", HelpName = "text", DefaultValueFactory = _ => "" };
        var size = new Option<string?>("--size") { Description = "256x256, 512x512 or 1024x1024 [default: the model's largest].", HelpName = "size" };
        size.Validators.Add(result =>
        {
            if (!Sizes.Contains(result.Tokens[0].Value))
            {
                result.AddError($"--size is '{result.Tokens[0].Value}'; it has to be {string.Join(", ", Sizes[..^1])} or {Sizes[^1]}.");
            }
        });
        var model = new Option<string?>("--model") { Description = "A model folder [default: models/limner-first].", HelpName = "folder" };
        var folder = new Option<string>("--out") { Description = "Where the pictures go.", HelpName = "folder", DefaultValueFactory = _ => "out" };
        var json = new Option<bool>("--json") { Description = "Print one JSON document with files, seeds and timings on standard output." };
        Option<int?> threads = BoundedOption.Create("--threads", "CPU threads of one operator [default: one for each core].", 1, 1024);
        Option<ExecutionProvider> provider = ProviderOption.Create();

        var command = new Command("generate", "Draws pictures from a prompt.") { prompt, prompts, count, seed, steps, guidance, priorGuidance, negative, size, model, folder, json, threads, provider };
        ServiceOptions service = ServiceOptions.AddTo(command, "A running service that draws instead of this machine, like http://127.0.0.1:7860 [default: the variable LIMNER_SERVER, or this machine].");
        command.SetAction(parsed => run(new GenerateOptions
        {
            Prompt = parsed.GetValue(prompt),
            PromptFile = parsed.GetValue(prompts),
            Count = parsed.GetValue(count) ?? 1,
            Seed = parsed.GetValue(seed),
            Steps = parsed.GetValue(steps),
            Guidance = parsed.GetValue(guidance),
            PriorGuidance = parsed.GetValue(priorGuidance),
            Negative = parsed.GetValue(negative) ?? "",
            Size = parsed.GetValue(size) is { } square ? int.Parse(square.Split('x')[0], System.Globalization.CultureInfo.InvariantCulture) : null,
            Model = parsed.GetValue(model),
            Out = parsed.GetValue(folder)!,
            Json = parsed.GetValue(json),
            Threads = parsed.GetValue(threads),
            Provider = parsed.GetValue(provider),
            ProviderGiven = parsed.GetResult(provider) is not null,
            Service = service.Find(parsed),
        }));
        return command;
    }
}
