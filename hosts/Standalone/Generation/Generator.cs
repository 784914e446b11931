using System.Security.Cryptography;
using Limner.Diffusion.Sampling;
using Limner.Diffusion.Unclip;
using Limner.Inference;
using Limner.Standalone.Commands;
using Limner.Standalone.Output;
using Limner.Standalone.Progress;

namespace Limner.Standalone.Generation;

/// <summary>The command <c>generate</c> from options to files: everything that can be refused is refused before the first step.</summary>
internal sealed class Generator(TextWriter output, TextWriter error, TimeProvider time)
{
    private const int LongestQuote = 40;

    public void Run(GenerateOptions options, CancellationToken stop)
    {
        long started = time.GetTimestamp();
        // 1. The request, the folder and the model
        IReadOnlyList<(string Prompt, string Folder)> prompts = PromptList.Read(options);
        string modelFolder = DefaultModel.Find(options.Model, AppContext.BaseDirectory);
        OutputFolder.Open(options.Out);
        using UnclipModel model = Load(modelFolder, options);
        var pipeline = new UnclipPipeline(model.Encoder!, model.Decoder!, model.Defaults, new SeededNoiseSource(), time);
        Check(options, prompts, model);
        error.WriteLine(model.Execution);
        if (options.DrawnBy is { } first && first != $"{model.Name} {model.Version}")
        {
            error.WriteLine($"The picture was drawn by the model {first}, and this is {model.Name} {model.Version}: what it draws need not be like it. The folder of another is named with --model.");
        }

        double loaded = time.GetElapsedTime(started).TotalMilliseconds;

        // 2. The pictures
        ulong seed = options.Seed ?? (ulong)RandomNumberGenerator.GetInt32(int.MaxValue);
        var drawing = new Drawing(pipeline, model, options, seed, time);
        var requests = new List<RequestReport>();
        void Draw(IProgressDisplay progress)
        {
            foreach ((string prompt, string folder) in prompts)
            {
                string number = prompts.Count > 1 ? $"[{requests.Count + 1}/{prompts.Count}] " : "";
                progress.Begin($"{number}{prompt} (seed {seed})", options.Count);
                requests.Add(drawing.Draw(prompt, Path.Combine(options.Out, folder), progress, stop));
            }
        }

        Display.Show(error, $"seed {seed}", time, Draw);

        // 3. What became of it
        GenerateSummary.Write(
            new GenerateReport
            {
                Version = Product.Version,
                Model = new ModelReport(model.Name, model.Version),
                Provider = model.Execution.Replace("execution: ", "", StringComparison.Ordinal),
                Requests = requests,
                LoadMs = Math.Round(loaded, 1),
                TotalMs = Math.Round(time.GetElapsedTime(started).TotalMilliseconds, 1),
            },
            options.Json, output, error);
    }

    private static UnclipModel Load(string folder, GenerateOptions options)
    {
        try
        {
            var execution = new ExecutionOptions { Provider = options.Provider, Threads = options.Threads ?? 0 };
            UnclipModel model = ModelFolder.Load(folder, execution, options.Edits.Count > 0 ? ModelParts.All : ModelParts.Encoder | ModelParts.Decoder);
            return model is { Encoder: not null, Decoder: not null }
                ? model
                : throw new CommandException(ExitCode.Model, $"The model folder '{folder}' is only half of a model; generate needs the encoder's and the decoder's files.");
        }
        catch (ModelFolderException problem)
        {
            string more = problem.Problems.Count > 1 ? $" (and {problem.Problems.Count - 1} more)" : "";
            throw new CommandException(ExitCode.Model, $"The model folder '{folder}' cannot be used: {problem.Problems[0]}{more}", problem);
        }
        catch (ExecutionProviderException problem)
        {
            throw new CommandException(ExitCode.Provider, problem.Message, problem);
        }
    }

    private static void Check(GenerateOptions options, IReadOnlyList<(string Prompt, string Folder)> prompts, UnclipModel model)
    {
        int longest = model.Decoder!.LongestSide;
        if (options.Size is { } size && size.LongSide > longest)
        {
            throw new CommandException(ExitCode.Request, $"--size {size} is not available from this model: it makes at most {longest}x{longest}.");
        }

        int room = model.Encoder!.Tokenizer.MaxLength - 2; // without the start and end tokens
        foreach (string text in prompts.Select(prompt => prompt.Prompt).Append(options.Negative))
        {
            int count = model.Encoder.Tokenizer.Encode(text).Count;
            if (count > room)
            {
                throw new CommandException(ExitCode.Request, $"The prompt '{Columns.Shorten(text, LongestQuote)}' has {count} tokens and the model reads at most {room}; make it shorter.");
            }
        }
    }
}
