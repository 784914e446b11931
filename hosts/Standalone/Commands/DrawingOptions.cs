using System.CommandLine;
using Limner.Diffusion.Unclip;
using Limner.Inference;

namespace Limner.Standalone.Commands;

/// <summary>The options that commands have that draw pictures, here or at a service.</summary>
internal sealed class DrawingOptions
{
    private readonly Option<int?> _count = BoundedOption.Create("-n", "Pictures for each prompt, 1 to 10 [default: 1].", 1, 10, "--count");
    private readonly Option<ulong?> _seed = BoundedOption.Create("--seed", "The same seed draws the same pictures [default: random, printed].", ulong.MinValue, ulong.MaxValue);
    private readonly Option<int?> _steps = BoundedOption.Create("--steps", "Denoising steps of the decoder [default: the model's].", 2, 1000);
    private readonly Option<float?> _guidance = BoundedOption.Create("--guidance", "How strongly the decoder follows the prompt; 1 is off [default: the model's].", 1f, 50f);
    private readonly Option<float?> _priorGuidance = BoundedOption.Create("--prior-guidance", "The same for the prior [default: the model's].", 1f, 50f);
    private readonly Option<string> _negative = new("--negative") { Description = "What the picture should not show.", HelpName = "text", DefaultValueFactory = _ => "" };
    private readonly Option<ImageSize?> _size;
    private readonly Option<string?> _model = new("--model") { Description = "A model folder [default: models/limner-first].", HelpName = "folder" };
    private readonly Option<string?> _adapter = new("--adapter") { Description = "A LoRA adapter of the model.", HelpName = "name" };
    private readonly Option<string> _folder = OutOption.Create("Where the pictures go.");
    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON document with files, seeds and timings on standard output." };
    private readonly Option<int?> _threads = BoundedOption.Create("--threads", "CPU threads of one operator [default: one for each core].", 1, 1024);
    private readonly Option<ExecutionProvider> _provider = ProviderOption.Create();
    private readonly ServiceOptions _service = ServiceOptions.For("A running service that draws instead of this machine, like http://127.0.0.1:7860 [default: the variable LIMNER_SERVER, or this machine].");

    private DrawingOptions(string defaultSize) => _size = SizeOption.Create(defaultSize);

    /// <param name="command">The command that gets them.</param>
    /// <param name="defaultSize">What is drawn where no size is given, for the help.</param>
    /// <param name="without">Names of those that it does not get.</param>
    public static DrawingOptions AddTo(Command command, string defaultSize = "the model's largest square", params string[] without)
    {
        var options = new DrawingOptions(defaultSize);
        Option[] all =
        [
            options._count, options._seed, options._steps, options._guidance, options._priorGuidance, options._negative, options._size, options._model, options._adapter, options._folder,
            options._json, options._threads, options._provider, .. options._service.All,
        ];
        foreach (Option option in all.Where(option => !without.Contains(option.Name)))
        {
            command.Options.Add(option);
        }

        return options;
    }

    public GenerateOptions Read(ParseResult parsed) => new()
    {
        Count = parsed.GetValue(_count) ?? 1,
        Seed = parsed.GetValue(_seed),
        Steps = parsed.GetValue(_steps),
        Guidance = parsed.GetValue(_guidance),
        PriorGuidance = parsed.GetValue(_priorGuidance),
        Negative = parsed.GetValue(_negative) ?? "",
        Size = parsed.GetValue(_size),
        Model = parsed.GetValue(_model),
        Adapter = parsed.GetValue(_adapter),
        Out = parsed.GetValue(_folder)!,
        Json = parsed.GetValue(_json),
        Threads = parsed.GetValue(_threads),
        Provider = parsed.GetValue(_provider),
        ProviderGiven = parsed.GetResult(_provider) is not null,
        Service = _service.Find(parsed),
    };
}
