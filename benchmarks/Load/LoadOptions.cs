namespace Limner.Load;

/// <summary>What is measured, as <c>benchmarks/load.sh</c> says.</summary>
internal sealed record LoadOptions
{
    private static readonly string[] All = ["throughput", "latency", "stages", "accept"];

    public required string Model { get; init; }

    /// <summary>A Python with Celery; null where there is none.</summary>
    public string? Celery { get; init; }

    /// <summary><c>celery_chain.py</c></summary>
    public required string CeleryScript { get; init; }

    public string Commit { get; init; } = "";

    /// <summary>Few repetitions: whether everything works, not how fast it is.</summary>
    public bool Quick { get; init; }

    public required IReadOnlyList<string> Parts { get; init; }

    public bool Has(string part) => Parts.Contains(part);

    public int Much(int usual, int quick) => Quick ? quick : usual;

    public static LoadOptions Parse(string[] args)
    {
        string? Value(string name) => Array.IndexOf(args, name) is >= 0 and var i && i + 1 < args.Length ? args[i + 1] : null;
        string Required(string name) => Value(name) ?? throw new ArgumentException($"{name} is missing; start with benchmarks/load.sh.");
        string[] parts = Value("--only")?.Split(',') ?? All;
        return parts.Except(All).FirstOrDefault() is { } unknown
            ? throw new ArgumentException($"--only {unknown} is not known; there are {string.Join(", ", All)}.")
            : new()
            {
                Model = Required("--model"),
                Celery = Value("--celery"),
                CeleryScript = Required("--celery-script"),
                Commit = Value("--commit") ?? "",
                Quick = args.Contains("--quick"),
                Parts = parts,
            };
    }
}
