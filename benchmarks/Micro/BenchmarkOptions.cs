using Limner.Inference;

namespace Limner.Micro;

/// <summary>What is measured, as <c>benchmarks/run.sh</c> says.</summary>
internal sealed record BenchmarkOptions
{
    public const string Prompt = "a large red star left of a blue house on a yellow background";

    /// <summary>Not empty: the engine remembers the empty prompt's encoding, and every run has to do the same work.</summary>
    public const string NegativePrompt = "grey";

    public required string Model { get; init; }

    /// <summary>The command line's launcher.</summary>
    public required string Command { get; init; }

    /// <summary>What <c>pytorch.py</c> printed; null where PyTorch is not installed.</summary>
    public string? PyTorch { get; init; }

    public string Commit { get; init; } = "";

    /// <summary>What runs the networks; anything but the CPU is compared with the CPU.</summary>
    public ExecutionProvider Provider { get; init; } = ExecutionProvider.Cpu;

    /// <summary>Where the page of a device goes.</summary>
    public string Out { get; init; } = ".";

    /// <summary>Few repetitions: whether everything works, not how fast it is.</summary>
    public bool Quick { get; init; }

    public int Rounds(int usual) => Quick ? Math.Min(usual, 2) : usual;

    public static BenchmarkOptions Parse(string[] args)
    {
        string? Value(string name) => Array.IndexOf(args, name) is >= 0 and var i && i + 1 < args.Length ? args[i + 1] : null;
        string Required(string name) => Value(name) ?? throw new ArgumentException($"{name} is missing; start with benchmarks/run.sh.");
        return new()
        {
            Model = Required("--model"),
            Command = Required("--command"),
            PyTorch = Value("--pytorch"),
            Commit = Value("--commit") ?? "",
            Provider = Enum.Parse<ExecutionProvider>(Value("--provider") ?? nameof(ExecutionProvider.Cpu), ignoreCase: true),
            Out = Value("--out") ?? ".",
            Quick = args.Contains("--quick"),
        };
    }
}
